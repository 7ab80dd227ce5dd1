"""Documents of many shapes, printed from invented facts (``tests/ingest/unseen``): how much of the facts is read, and how fast."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from benchmarks.truth import Score

sys.path.append(str(Path(__file__).resolve().parents[1] / "tests" / "ingest"))  # the makers belong to the tests

from unseen.facts import KINDS, Facts, facts_of, missing_texts
from unseen.shapes import SHAPES, make_document, read_document


def compare_shapes() -> Iterator[tuple[str, Facts, Facts, float]]:
    """Name, read facts, true facts and seconds of each document."""
    with tempfile.TemporaryDirectory() as folder:
        for name in SHAPES:
            path, expected = make_document(name, Path(folder))
            started = time.perf_counter()
            extractions = read_document(path)
            yield name, facts_of(extractions), expected, time.perf_counter() - started


def print_shapes(*, misses: bool) -> None:
    for name, found, expected, seconds in compare_shapes():
        scores = [(kind, Score.of(getattr(found, kind), getattr(expected, kind))) for kind in KINDS]
        told = [f"{kind} {score.f1:.3f}" for kind, score in scores if score.found or score.expected]
        lost = missing_texts(found, expected)
        told.append(f"texts {1 - len(lost) / max(1, len(expected.texts)):.3f}")
        print(f"  {name:26} F1 {'  '.join(told)}  ({seconds:.2f} s)")
        if misses:
            for kind, _ in scores:
                got, true = getattr(found, kind), getattr(expected, kind)
                print(
                    *(f"      − {fact}" for fact in sorted(true - got, key=str)),
                    *(f"      + {fact}" for fact in sorted(got - true, key=str)),
                    sep="\n",
                )
