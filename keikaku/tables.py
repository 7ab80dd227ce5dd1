"""Answers for the terminal: tables that know the width of full-width characters, CSV and JSON."""

from __future__ import annotations

import csv
import json
import os
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from rich import box
from rich.console import Console
from rich.table import Table

# Where no terminal tells its width (a pipe, a log), lines may be this long.
PLAIN_WIDTH = 160
UNLIMITED = 100_000


def print_table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table as wide as the terminal; long cells wrap."""
    table = Table(box=box.SIMPLE_HEAD, show_edge=False, pad_edge=False)
    for name in head:
        table.add_column(name, overflow="fold")
    for row in rows:
        table.add_row(*row)
    console().print(table)


def console(*, wrap: bool = True) -> Console:
    """Standard output for rich text: colours and the terminal's width where there is a terminal, plain text elsewhere.

    Without ``wrap`` a line that goes into a pipe stays one line.
    """
    known = sys.stdout.isatty() or os.environ.get("COLUMNS")
    width = None if known else PLAIN_WIDTH if wrap else UNLIMITED
    return Console(width=width, highlight=False, markup=False, emoji=False)


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Print rows as CSV (RFC 4180) with a head line."""
    writer = csv.DictWriter(sys.stdout, columns)
    writer.writeheader()
    writer.writerows(rows)


def print_json(value: Any) -> None:
    """Print a JSON value, readable and in Japanese as it is."""
    print(json.dumps(value, ensure_ascii=False, indent=2))
