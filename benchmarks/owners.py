"""Whether the right departments are named: ``python -m benchmarks.owners [--data DIR] [--misses]``.

The topics of owner_topics.toml are asked of the real engine over the plans in ../shared/seeds (or over the snapshot in DIR). Compared are
the departments, by municipality and name, with those that hand-made truth names. ``--misses`` tells what differs on the topics that may
guide changes; of the others nothing is told but the figures.
"""

from __future__ import annotations

import argparse
import statistics
import tempfile
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.retrieval import CALIBRATION, SHARED, index_plans
from benchmarks.truth import Score
from graph.snapshot import Snapshot
from search_api.search import SearchEngine

TOPICS = Path(__file__).with_name("owner_topics.toml")
ROLES = ("responsible", "involved", "collective")
SPLITS = ("dev", "dev2", "held-out", "unseen")
# What these miss is not told: they only measure.
MEASURING = ("held-out", "unseen")

Department = tuple[str, str]
"""Municipality and name."""


@dataclass(frozen=True, slots=True)
class Topic:
    """A question and who owns work about it, by role. ``former`` are those whom only a former plan tells of."""

    question: str
    kind: str
    split: str
    owners: Mapping[Department, str]
    former: frozenset[Department]


@dataclass(frozen=True, slots=True)
class Answer:
    """What the engine says to a topic: the role of each department, and which of them it takes for present ones.

    ``unproven`` are departments without a quotation that names file and line.
    """

    topic: Topic
    owners: Mapping[Department, str]
    current: frozenset[Department]
    unproven: frozenset[Department]

    def score(self, roles: Sequence[str] = ROLES) -> Score:
        """Over the departments that have one of ``roles``; a department that is right in another role still is right."""
        found, expected = self.owners.keys(), self.topic.owners.keys()
        return Score.of(
            {d for d in found if (self.topic.owners.get(d) or self.owners[d]) in roles},
            {d for d in expected if self.topic.owners[d] in roles},
        )

    @property
    def f1(self) -> float:
        """F1 over responsible and involved departments; 1 where none is right and none is named."""
        score = self.score(ROLES[:2])
        return score.f1 if score.found or score.expected else 1.0

    def differences(self) -> Iterator[str]:
        """One line for each department that is missing (−), too many (+), or found in another role (≠)."""
        for department in sorted({*self.owners, *self.topic.owners}):
            found, expected = self.owners.get(department), self.topic.owners.get(department)
            if found != expected:
                sign = "−" if found is None else "+" if expected is None else "≠"
                yield f"    {sign} {' '.join(department)} {found or expected}" + (f" for {expected}" if found and expected else "")


def read_topics(path: Path = TOPICS) -> list[Topic]:
    """The topics in their order."""
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["topic"]
    return [
        Topic(
            question=row["question"],
            kind=row["kind"],
            split=row["split"],
            owners={_read_department(name): role for role in ROLES for name in row.get(role, ())},
            former=frozenset(map(_read_department, row.get("former", ()))),
        )
        for row in rows
    ]


def _read_department(text: str) -> Department:
    municipality, _, name = text.partition(" ")
    return municipality, name


def ask(engine: SearchEngine, topic: Topic) -> Answer:
    """The answer of the engine to one topic."""
    named = {_key(department): department for department in engine.owners(topic.question).to_json()["departments"]}
    return Answer(
        topic=topic,
        owners={key: department["role"] for key, department in named.items()},
        current=frozenset(key for key, department in named.items() if department["current"]),
        unproven=frozenset(key for key, department in named.items() if not _is_proven(department)),
    )


def _key(department: Mapping[str, Any]) -> Department:
    return department["municipality"]["name"], department["name"]


def _is_proven(department: Mapping[str, Any]) -> bool:
    quotes = [
        [m for m in measure["matches"] if m["text"] and m["source"]["file"] and m["source"]["lines"][0] > 0]
        for measure in department["measures"]
    ]
    return bool(quotes) and all(quotes)


def report(answers: Sequence[Answer], *, misses: bool) -> None:
    print(f"{'':9s} {'P':>5s} {'R':>5s} {'F1':>5s}  n")
    for answer in answers:
        score = answer.score(ROLES[:2])
        print(
            f"{answer.topic.split:9s} {score.precision:5.2f} {score.recall:5.2f} {answer.f1:5.2f} {score.expected:2d}  {answer.topic.question}"
        )
        if misses and answer.topic.split not in MEASURING:
            print("\n".join(answer.differences()) or "    as it should be")
    for split in SPLITS:
        _summarise(split, [answer for answer in answers if answer.topic.split == split])


def _summarise(split: str, answers: Sequence[Answer]) -> None:
    scores = [answer.score(ROLES[:2]) for answer in answers if answer.topic.owners]
    silent = [not answer.owners for answer in answers if not answer.topic.owners]
    every = [score.f1 if (score := a.score()).found or score.expected else 1.0 for a in answers]
    roles = [answer.owners[d] == role for answer in answers for d, role in answer.topic.owners.items() if d in answer.owners]
    old = [d not in answer.current for answer in answers for d in answer.topic.former if d in answer.owners]
    print(
        f"{split}: mean F1 {statistics.mean(a.f1 for a in answers):.3f} over {len(answers)} topics, precision"
        f" {statistics.mean(s.precision for s in scores):.3f}, recall {statistics.mean(s.recall for s in scores):.3f} where there are owners,"
        f" silent on {sum(silent)} of {len(silent)} others; F1 {statistics.mean(every):.3f} with collective owners;"
        f" roles right {sum(roles)} of {len(roles)}; {sum(old)} of {len(old)} former owners told apart;"
        f" {sum(len(a.unproven) for a in answers)} departments without evidence"
    )


def _report_silence(engine: SearchEngine) -> None:
    lists = tomllib.loads(CALIBRATION.read_text(encoding="utf-8"))
    named = {kind: sum(bool(engine.owners(question).departments) for question in questions) for kind, questions in lists.items()}
    print("owners named for " + ", ".join(f"{named[kind]} of {len(questions)} {kind}" for kind, questions in lists.items()))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--misses", action="store_true")
    arguments = parser.parse_args()
    if arguments.data:
        _measure(SearchEngine.open(Snapshot.open(arguments.data)), misses=arguments.misses)
        return
    with tempfile.TemporaryDirectory() as work:
        _measure(index_plans(sorted((SHARED / "seeds").glob("*.txt")), Path(work)), misses=arguments.misses)


def _measure(engine: SearchEngine, *, misses: bool) -> None:
    report([ask(engine, topic) for topic in read_topics()], misses=misses)
    _report_silence(engine)


if __name__ == "__main__":
    main()
