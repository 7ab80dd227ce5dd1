"""What every printed line of a document became."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from ontology.model import Effect, Extraction, Initiative, Measure, Source

# In the order in which a line that is several things is counted.
KINDS = ("unread", "furniture", "fact", "passage", "structure")


def count_lines(extraction: Extraction) -> dict[str, int]:
    """How many of the lines that are not blank are a fact, prose, structure (headings, labels, heads of columns), furniture or not understood."""
    document = extraction.document
    lines = {
        "unread": {line.number for line in extraction.unread},
        "furniture": set(extraction.furniture),
        "fact": _numbers(_fact_sources(extraction)),
        "passage": _numbers(passage.source for passage in extraction.passages),
        "structure": set(extraction.structure),
    }
    printed = [n for n in range(document.first_line, document.last_line + 1) if document.lines[n - 1].strip()]
    counts = Counter(next((kind for kind in KINDS if number in lines[kind]), "unread") for number in printed)
    return {"printed": len(printed)} | {kind: counts[kind] for kind in KINDS}


def _numbers(sources: Iterable[Source | None]) -> set[int]:
    return {number for source in sources if source is not None for number in range(source.start_line, source.end_line + 1)}


def _fact_sources(extraction: Extraction) -> Iterator[Source | None]:
    yield extraction.plan.source
    for value in (*extraction.elements, *extraction.mentions, *extraction.alignments, *extraction.reorganisations):
        yield value.source
    for indicator in (*extraction.indicators, *(indicator for former in extraction.former_plans for indicator in former.indicators)):
        yield indicator.source
        yield from (cell.source for cell in indicator.observations)
    for measure in (*extraction.measures, *(measure for former in extraction.former_plans for measure in former.measures)):
        yield from _measure_sources(measure)
    for initiative in extraction.initiatives:
        yield from _initiative_sources(initiative)


def _measure_sources(measure: Measure) -> Iterator[Source | None]:
    yield from (measure.source, measure.goal_source, measure.description_source)
    yield from (value.source for value in (*measure.departments, *measure.partners, *measure.activities, *measure.assessments))
    yield from _effect_sources(measure.effects)
    yield from (department.source for activity in measure.activities for department in activity.departments)


def _initiative_sources(initiative: Initiative) -> Iterator[Source | None]:
    yield from (initiative.source, initiative.description_source)
    yield from (department.source for department in initiative.departments)
    yield from _effect_sources(initiative.effects)


def _effect_sources(effects: Iterable[Effect]) -> Iterator[Source | None]:
    for effect in effects:
        yield effect.source
        yield from (department.source for department in effect.departments)
