"""Yearly targets inside a schedule: the rows that a document marks as quantified (定量事業量) become indicators, one a figure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

from ingest.labels import Labels
from ingest.parsers.schedules.year_rows import Paragraph, YearCell
from ingest.quantity import parse_quantity
from ontology.model import Indicator, Observation, Quantity, Source, ValueRole

_LABELLED = re.compile(r"^(?P<label>[^:：]{2,60}(?:[:：][^:：]{2,30})?)[:：]\s*(?P<figure>[^:：]+)$")
_LED = re.compile(r"^(?P<label>[^\d:：]{2,30}?)の?\s*(?P<figure>\d[^:：]*)$")
_QUALIFIER = re.compile(r"^[(（](?P<word>[^()（）]{1,30})[)）](?P<rest>.*)$")
_REMARK = re.compile(r"\s*[(（](?:[^()（）]|[(（][^()（）]*[)）])*[)）]$")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A figure of a row in one year; ``label`` as printed before it, empty where the row alone names it."""

    row: str
    fiscal_year: int | None
    label: str
    quantity: Quantity
    paragraphs: tuple[Paragraph, ...]
    qualifier: str | None = None

    @property
    def name(self) -> str:
        head = self.row + (f"({self.qualifier})" if self.qualifier else "")
        return f"{head}:{self.label}" if head and self.label else head or self.label


def read_targets(cells: Sequence[YearCell], labels: Labels) -> Iterator[Indicator]:
    """One indicator for each figure of the marked rows, named by its row and its label, with a target for each year."""
    marked = [cell for cell in cells if cell.quantified and cell.column is not None]
    figures: list[_Figure] = []
    for _, own in groupby(marked, key=lambda cell: (cell.row, cell.column)):
        figures += _read_cell(list(own), labels)
    named: dict[str, list[_Figure]] = {}
    for figure in _told_apart(figures):
        if figure.name:
            named.setdefault(figure.name, []).append(figure)
    for name, found in named.items():
        yield from _split_by_unit(name, found)


def parse_action(text: str, labels: Labels) -> Quantity:
    """An amount that may be followed by the word for what is done with it: 25手続き拡大, 10データ以上公開, 6割以上の省力化.

    ``value`` is None where the word is one of decrease: 1,264件減少 is no number of cases.
    """
    plain = _REMARK.sub("", text)
    if plain.endswith(labels.words("figure", "decrease")):
        return Quantity(text.strip())
    action = next((word for word in labels.words("figure", "action") if plain.endswith(word) and plain != word), None)
    if action is None:
        return parse_quantity(plain if parse_quantity(text).value is None else text)
    amount = parse_quantity(plain.removesuffix(action).removesuffix("の"))
    return replace(amount, text=text.strip()) if amount.value is not None else Quantity(text.strip())


def _read_cell(bullets: Sequence[YearCell], labels: Labels) -> Iterator[_Figure]:
    """The figures of one cell. A paragraph without a figure names the one below it; a bracket alone qualifies what follows."""
    for bullet in bullets:
        qualifier = _inside(bullet.qualifier.text) if bullet.qualifier else None
        waiting: list[Paragraph] = []
        figure: _Figure | None = None
        for paragraph in bullet.paragraphs:
            text = paragraph.text.lstrip("・･ ")
            match = _QUALIFIER.match(text)
            if match and not match["rest"].strip(" 等"):
                if figure:  # 「（施策3重複掲載）」 behind a figure is a remark on it
                    figure = replace(figure, paragraphs=(*figure.paragraphs, paragraph))
                else:
                    qualifier, waiting = match["word"], [paragraph]
                continue
            if match:
                qualifier, text = match["word"], match["rest"]
            label, quantity = _read_figure(text, labels)
            if quantity.value is None:
                waiting.append(paragraph)
                continue
            if figure:
                yield figure
            lead = "".join(p.text.lstrip("・･ ") for p in waiting if _QUALIFIER.match(p.text) is None)
            label = f"{lead}:{label}" if lead and label else lead or label
            year = bullet.column.fiscal_year if bullet.column else None
            figure = _Figure(bullet.row or "", year, label, quantity, (*waiting, paragraph), qualifier)
            waiting = []
        if figure:
            yield figure


def _read_figure(text: str, labels: Labels) -> tuple[str, Quantity]:
    """「周知：12回」, 「発行数全体の35%」, 「25手続き拡大」 as (label, amount); the label is empty where none is printed."""
    plain = parse_action(text, labels)
    if plain.value is not None:
        return "", plain
    for pattern in (_LABELLED, _LED):
        if (match := pattern.match(_REMARK.sub("", text))) and (quantity := parse_action(match["figure"], labels)).value is not None:
            return match["label"].strip(), replace(quantity, text=text[match.start("figure") :].strip())
    return "", plain


def _told_apart(figures: Sequence[_Figure]) -> Iterator[_Figure]:
    """Where a row prints a label twice in a year (発行数全体 below each kind of certificate), the label above it tells which is which."""
    counts = Counter((figure.name, figure.fiscal_year) for figure in figures if figure.label)
    above = ""
    for figure in figures:
        if counts[figure.name, figure.fiscal_year] > 1 and above:
            yield replace(figure, label=f"{above}:{figure.label}")
        else:
            above = figure.label
            yield figure


def _inside(text: str) -> str | None:
    match = _QUALIFIER.match(text)
    return match["word"] if match else None


def _split_by_unit(name: str, found: Sequence[_Figure]) -> Iterator[Indicator]:
    """A row may print two figures without a label (2,400回以上 and 74%): their units tell them apart."""
    units = list(dict.fromkeys(figure.quantity.unit for figure in found))
    for unit in units:
        own = [figure for figure in found if figure.quantity.unit == unit]
        years = [figure.fiscal_year for figure in own]
        if len(years) != len(set(years)):
            continue  # two figures of one unit in one year: which is which is not printed
        observations = tuple(_observe(figure) for figure in own)
        sources = [observation.source for observation in observations]
        first, last = min(source.start_line for source in sources), max(source.end_line for source in sources)
        full = name if len(units) == 1 else f"{name}({unit})"
        yield Indicator(name=full, source=Source(first, last, sources[0].page, name), observations=observations, unit=unit)


def _observe(figure: _Figure) -> Observation:
    lines = [line for paragraph in figure.paragraphs for line in paragraph.lines]
    text = " ".join(paragraph.text for paragraph in figure.paragraphs)
    source = Source(lines[0].number, lines[-1].number, lines[0].page, text.lstrip("・･ "))
    return Observation(figure.quantity, ValueRole.TARGET, source, figure.fiscal_year)
