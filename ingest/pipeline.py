"""Files → extractions: read, identify, parse. One file that fails stops no other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from ingest.documents import identify_documents
from ingest.labels import Labels, label_key, load_labels
from ingest.layout import SourceText
from ingest.parsers.cases.initiatives import read_initiatives
from ingest.parsers.cases.listed_cases import read_listed_cases
from ingest.parsers.figures.figure_notes import annotate
from ingest.parsers.figures.indicators import read_indicators
from ingest.parsers.former.progress_tables import read_progress_tables
from ingest.parsers.plan.flat_rows import FlatReading, read_flat_rows
from ingest.parsers.plan.measures import read_measures
from ingest.parsers.prose.frameworks import read_alignments, read_mentions
from ingest.parsers.prose.passages import read_remainder
from ingest.parsers.prose.reorganisations import read_reorganisations
from ingest.parsers.tables.ruled_tables import read_tables
from ingest.printed import is_page_number, read_printed_lines
from ingest.readers import read_file
from ingest.settings_file import load_overrides
from ontology.errors import KeikakuError, UnreadableDocument
from ontology.model import Extraction, Failure, Indicator, Initiative, Measure, Passage, Plan, PlanElement, SourceDocument

Told = TypeVar("Told", Indicator, Initiative)


def read_documents(paths: Sequence[Path], *, labels_file: Path | None = None) -> Iterator[tuple[Path, list[Extraction] | Failure]]:
    """Read each file in turn. A file that cannot be read or identified yields a ``Failure`` with its reason."""
    labels = load_labels(labels_file)
    for path in paths:
        try:
            yield path, read_document(path, labels)
        except UnreadableDocument as error:
            yield path, Failure(path.name, error.reason)
        except KeikakuError as error:
            yield path, Failure(path.name, str(error))
        except OSError as error:
            yield path, Failure(path.name, f"ファイルを開けません: {error.strerror or error}")


def read_document(path: Path, labels: Labels) -> list[Extraction]:
    """The documents of one file. Raises ``KeikakuError`` where it cannot be read or tells no municipality."""
    source = read_file(path)
    return [extract(source, document, plan, labels) for document, plan in identify_documents(source, load_overrides(path))]


def extract(source: SourceText, document: SourceDocument, plan: Plan, labels: Labels) -> Extraction:
    """All that one document of ``source`` says. Every non-blank line is in a value, furniture, or not understood."""
    own = [line for line in source.lines if document.first_line <= line.number <= document.last_line]
    lines = read_printed_lines(own)
    ruled = read_tables(source, labels, document.first_line, document.last_line)
    used = set(ruled.used_lines)
    reading = read_measures([line for line in lines if line.number not in used and not is_page_number(line)], labels)
    used |= reading.used_lines
    flat = read_flat_rows([line for line in lines if line.number not in used], labels) if not reading.measures else FlatReading()
    used |= flat.used_lines
    figures = read_indicators([line for line in lines if line.number not in used and not is_page_number(line)], labels)
    used |= figures.used_lines
    own_figures = [i if i.measure else replace(i, measure=reading.measure_at(i.source)) for i in (*figures.indicators, *ruled.indicators)]
    progress = read_progress_tables(
        [line for line in lines if line.number not in used], plan, labels, (*reading.measures, *ruled.measures), reading.elements
    )
    used |= progress.used_lines
    has_measures = bool(reading.measures or flat.measures or ruled.measures or progress.measures)
    cases = read_initiatives([line for line in lines if line.number not in used], labels, has_measures=has_measures)
    used |= cases.used_lines
    listed, listed_lines = read_listed_cases([line for line in lines if line.number not in used], labels)
    used |= listed_lines
    measures = (*reading.measures, *flat.measures, *ruled.measures, *progress.measures)
    remainder = read_remainder(lines, used.union(cases.furniture))
    visible = {line.number for line in lines}
    invisible = [line.number for line in own if line.text.strip() and line.number not in visible]  # zero-width blanks and the like
    return Extraction(
        document=document,
        plan=plan,
        elements=tuple(_above_measures((*ruled.elements, *flat.elements, *reading.elements), measures)),
        measures=measures,
        indicators=(*_with_measure_paths(annotate(own_figures, lines), measures), *reading.indicators),
        passages=_in_order((*remainder.passages, *ruled.passages, *cases.passages)),
        mentions=read_mentions(own, measures, plan, progress.former_plans),
        initiatives=tuple(_with_measure_paths(tuple({i.name: i for i in (*listed, *cases.initiatives)}.values()), measures)),
        reorganisations=read_reorganisations(measures, remainder.passages, labels),
        former_plans=progress.former_plans,
        alignments=read_alignments(lines, measures, plan, labels),
        structure=tuple(sorted(used.union(remainder.headings) & visible)),
        furniture=(*remainder.furniture, *cases.furniture, *invisible),
        unread=remainder.unread,
    )


def _above_measures(elements: Sequence[PlanElement], measures: Sequence[Measure]) -> Iterator[PlanElement]:
    """The elements, each once. What a chart of the plan lists like a level, and nothing stands below, may be a measure itself."""
    found = {element.path: element for element in elements}
    parents = {value.parent for value in (*measures, *found.values())}
    named = {(measure.number, label_key(measure.name)) for measure in measures}
    yield from (e for e in found.values() if e.path in parents or (e.number, label_key(e.name)) not in named)


def _in_order(passages: Sequence[Passage]) -> tuple[Passage, ...]:
    """Passages by their lines, counted anew."""
    ordered = sorted(passages, key=lambda passage: (passage.source.start_line, passage.source.end_line))
    return tuple(replace(passage, order=order) for order, passage in enumerate(ordered, 1))


def _with_measure_paths(told: Sequence[Told], measures: Sequence[Measure]) -> Iterator[Told]:
    """An indicator row or a case names its measure by number; the path of that measure may be longer where numbers repeat."""
    paths = {measure.path for measure in measures}
    by_number: dict[str | None, list[Measure]] = {}
    for measure in measures:
        by_number.setdefault(measure.number, []).append(measure)
    for own in told:
        if own.measure is None or own.measure in paths:
            yield own
            continue
        named = by_number.get(own.measure[-1], [])
        yield replace(own, measure=named[0].path if len(named) == 1 else (own.measure if not measures else None))
