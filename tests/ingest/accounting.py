"""Which lines an extraction accounts for."""

from __future__ import annotations

from ontology.model import Extraction


def accounted_lines(found: Extraction) -> set[int]:
    """Every line that a value, structure, furniture or the list of lines not understood names."""
    sources = [e.source for e in found.elements] + [i.source for i in found.indicators] + [p.source for p in found.passages]
    for measure in (*found.measures, *(measure for former in found.former_plans for measure in former.measures)):
        sources += [measure.source, measure.goal_source, measure.description_source]
        sources += [value.source for value in (*measure.activities, *measure.effects, *measure.departments, *measure.assessments)]
    for initiative in found.initiatives:
        sources += [initiative.source, initiative.description_source]
        sources += [value.source for value in (*initiative.effects, *initiative.departments)]
    spans = {number for source in sources if source for number in range(source.start_line, source.end_line + 1)}
    return spans | set(found.structure) | set(found.furniture) | {line.number for line in found.unread}
