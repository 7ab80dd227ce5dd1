"""National and metropolitan frameworks that a reading finds, beside those that a person found (``truth/frameworks.toml``)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.truth import Score, key_of, read_truth
from ontology.model import Extraction, FrameworkMention

DETAILS = ("issuer", "issued", "law_number", "version")

Naming = tuple[str, str, str]
"""Document, measure whose text names it (empty elsewhere), name."""


@dataclass(frozen=True, slots=True)
class MentionComparison:
    """Namings by the line on which the name ends first, and (document, measure, name, what, value) that is printed with them."""

    found: dict[Naming, int]
    expected: dict[Naming, int]
    found_details: frozenset[tuple[str, ...]]
    expected_details: frozenset[tuple[str, ...]]

    def namings(self, document: str = "") -> Score:
        return Score.of(*({naming for naming in side if naming[0].startswith(document)} for side in (self.found, self.expected)))

    def details(self) -> Score:
        return Score.of(self.found_details, self.expected_details)

    def misses(self) -> Iterator[str]:
        """One line for each difference: − not found, + found but not true, ≠ found on another line."""
        for naming in sorted({*self.found, *self.expected}):
            line, true = self.found.get(naming), self.expected.get(naming)
            if line != true:
                sign = "−" if line is None else "+" if true is None else "≠"
                yield f"{sign} {' '.join(naming)}: {true or line}" + (f"  read on {line}" if line and true else "")
        yield from (f"− {' '.join(detail)}" for detail in sorted(self.expected_details - self.found_details))
        yield from (f"+ {' '.join(detail)}" for detail in sorted(self.found_details - self.expected_details))


def compare_mentions(extractions: Sequence[Extraction]) -> MentionComparison:
    truth = read_truth("frameworks.toml")
    found: dict[Naming, int] = {}
    details: set[tuple[str, ...]] = set()
    for naming, mention in _namings(extractions):
        found[naming] = min(found.get(naming, mention.source.end_line), mention.source.end_line)
        details.update((*naming, what, value) for what in DETAILS if (value := getattr(mention, what)))
    return MentionComparison(
        found,
        {(document, measure, name): line for document, measure, name, line in truth["mention"]},
        frozenset(details),
        frozenset(tuple(detail) for detail in truth["details"]),
    )


def _namings(extractions: Iterable[Extraction]) -> Iterator[tuple[Naming, FrameworkMention]]:
    for extraction in extractions:
        former = ((former.plan, measure) for former in extraction.former_plans for measure in former.measures)
        keys = {(plan, measure.path): key_of(measure) for plan, measure in (*((None, own) for own in extraction.measures), *former)}
        for mention in extraction.mentions:
            key = keys[mention.former_plan, mention.measure] if mention.measure else ""
            yield (extraction.document.id, key, mention.name), mention
