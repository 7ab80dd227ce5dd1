"""Which measure of the plan in force a printed successor is: by its name, or by the number and level printed before a name much like it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ingest.labels import label_key
from ontology.model import Measure, PlanElement

_REFERENCE = re.compile(r"^(?P<level>\D*?)(?P<word>[^\d\s№]{1,5}?)\s*(?:№|No\.?)?\s*(?P<number>\d{1,3}(?:-\d{1,3})?)\s+(?P<name>\S.*)$")
_ALIKE = 0.6  # names of one number that share less are not the same measure


def resolve_successors(former: Measure, measures: Sequence[Measure], elements: Sequence[PlanElement]) -> Measure:
    """``former`` with the paths of its successors. A name that is no measure's, or that of several, stays text."""
    levels = {element.path: label_key(element.level_name) for element in elements}
    return replace(former, successors=tuple(replace(s, measure=_resolve(s.text, measures, levels)) for s in former.successors))


def _resolve(text: str, measures: Sequence[Measure], levels: dict[tuple[str, ...], str]) -> tuple[str, ...] | None:
    reference = _REFERENCE.match(text)
    name = label_key(reference["name"] if reference else text)
    named = [measure for measure in measures if name in _names(measure)]
    if reference is None:
        return named[0].path if len(named) == 1 else None
    level = label_key(reference["level"] + reference["word"])
    numbered = [measure for measure in named or measures if measure.number == reference["number"]]
    if len(numbered) > 1:
        numbered = [measure for measure in numbered if measure.parent and level.startswith(levels.get(measure.parent, "") or "\0")]
    alike = [measure for measure in numbered if named or max(_likeness(name, own) for own in _names(measure)) >= _ALIKE]
    found = alike or (named if len(named) == 1 else [])
    return found[0].path if len(found) == 1 else None


def _names(measure: Measure) -> set[str]:
    return {label_key(name) for name in (measure.name, *measure.alternative_names)}


def _likeness(left: str, right: str) -> float:
    return SequenceMatcher(None, left, right, autojunk=False).ratio()
