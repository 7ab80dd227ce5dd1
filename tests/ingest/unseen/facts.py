"""What a document says, in a form in which expected and read facts are compared as sets."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import Decimal

from ingest.characters import normalise
from ontology.model import Extraction, Measure

KINDS = ("measures", "departments", "figures", "ratings", "activities", "levels")


@dataclass(slots=True)
class Facts:
    """Measures by their key (number and name).

    ``figures``: (measure, indicator, role, fiscal year, value); ``activities``: (measure, fiscal year, status, text);
    ``levels``: (measure, name of the element right above); ``texts``: what must be found in a value of its measure.
    """

    measures: set[str] = field(default_factory=set)
    departments: set[tuple[str, str]] = field(default_factory=set)
    figures: set[tuple[str, str, str, int | None, Decimal]] = field(default_factory=set)
    ratings: set[tuple[str, str]] = field(default_factory=set)
    activities: set[tuple[str, int | None, str, str]] = field(default_factory=set)
    levels: set[tuple[str, str]] = field(default_factory=set)
    texts: set[tuple[str, str]] = field(default_factory=set)

    def figure(self, measure: str, indicator: str, role: str, year: int | None, value: object) -> None:
        self.figures.add((measure, indicator, role, year, Decimal(str(value))))


def key_of(number: object, name: str) -> str:
    return f"{number or ''}|{normalise(name)}"


def facts_of(extractions: Iterable[Extraction]) -> Facts:
    """What was read, as facts."""
    facts = Facts()
    for extraction in extractions:
        keys = {measure.path: key_of(measure.number, measure.name) for measure in extraction.measures}
        elements = {element.path: element.name for element in extraction.elements}
        for measure in extraction.measures:
            _add_measure(facts, measure, keys[measure.path], elements)
        for passage in extraction.passages:
            facts.texts.add((keys.get(getattr(passage, "measure", None), ""), flat(passage.text)))
        for indicator in extraction.indicators:
            key = keys.get(indicator.measure, "")
            for o in indicator.observations:
                if o.quantity.value is not None:
                    facts.figure(key, indicator.name, o.role.value, o.fiscal_year, o.quantity.value)
                facts.texts.add((key, flat(o.quantity.text)))
    return facts


def _add_measure(facts: Facts, measure: Measure, key: str, elements: dict) -> None:
    facts.measures.add(key)
    facts.departments |= {(key, department.name) for department in measure.departments}
    facts.ratings |= {(key, assessment.rating_text) for assessment in measure.assessments}
    facts.activities |= {(key, a.fiscal_year, a.status.value if a.status else "", flat(a.text)) for a in measure.activities}
    if measure.parent:
        facts.levels.add((key, elements.get(measure.parent, "?")))
    printed = [measure.goal, measure.description, *(a.text for a in measure.activities), *(e.text for e in measure.effects)]
    facts.texts |= {(key, flat(text)) for text in printed if text}


def flat(text: str) -> str:
    return "".join(normalise(text).split())


def missing_texts(found: Facts, expected: Facts) -> set[tuple[str, str]]:
    """The expected texts that no value of their measure holds."""
    by_measure: dict[str, str] = {}
    for key, text in sorted(found.texts):
        by_measure[key] = by_measure.get(key, "") + "\n" + text
    return {(key, text) for key, text in expected.texts if flat(text) not in by_measure.get(key, "")}
