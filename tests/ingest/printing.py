"""Texts as printed, for the tests of the parsers."""

from __future__ import annotations

from textwrap import dedent

from ingest.layout import Line
from ingest.printed import PrintedLine, read_printed_lines


def printed(text: str) -> list[PrintedLine]:
    """The non-blank lines of ``text``; a leading line feed and common indentation are cut off, line numbers count from 1."""
    lines = dedent(text.removeprefix("\n")).split("\n")
    return read_printed_lines([Line(number, line) for number, line in enumerate(lines, 1)])
