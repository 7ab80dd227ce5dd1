"""Facets and the best passage of each unit against the plain way of counting them."""

from __future__ import annotations

import random
from collections import Counter

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from search_api.filters import FacetCounter
from search_api.fusion import Groups, blend, fuse
from search_api.units import Field, Owner, Unit


def make_unit(number: int, chance: random.Random) -> Unit:
    years = chance.sample(range(2020, 2026), chance.randrange(3))
    return Unit(
        iri=f"urn:{number}",
        type="Measure",
        title="取組",
        number=None,
        level=None,
        plan=chance.choice([None, ("urn:a", "計画甲"), ("urn:b", "計画乙")]),
        municipality=chance.choice([None, ("990001", "赤松市"), ("990002", "泉町")]),
        owners=tuple(
            Owner(f"urn:{name}", name, "responsible") for name in chance.sample(["税務課", "税務課", "総務課"], chance.randrange(3))
        ),
        frameworks=tuple((f"urn:{label}", label) for label in chance.sample(["項目一", "項目二"], chance.randrange(2))),
        fields=tuple(Field("urn:f", "activity", "文", (), fiscal_year=year) for year in years),
    )


def test_facets_are_counts_of_units() -> None:
    chance = random.Random(5)
    units = [make_unit(number, chance) for number in range(200)]
    kept = np.array([chance.random() < 0.4 for _ in units])
    chosen = [unit for unit, keep in zip(units, kept, strict=True) if keep]
    facets = FacetCounter.of(units).count(kept)
    expected = {
        "municipality": Counter(unit.municipality[1] for unit in chosen if unit.municipality),
        "plan": Counter(unit.plan[1] for unit in chosen if unit.plan),
        "department": Counter(name for unit in chosen for name in {owner.name for owner in unit.owners}),
        "fiscal_year": Counter(year for unit in chosen for year in unit.fiscal_years),
        "framework": Counter(label for unit in chosen for label in {label for _, label in unit.frameworks}),
    }
    for name, counts in expected.items():
        rows = [{"value": value, "count": count} for value, count in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))]
        assert facets[name] == rows
    assert FacetCounter.of(units).count(np.zeros(200, dtype=bool)) == {name: [] for name in expected}
    assert FacetCounter.of([]).count(np.zeros(0, dtype=bool)) == {name: [] for name in expected}


@given(st.lists(st.tuples(st.integers(0, 6), st.floats(-2, 2, width=32)), max_size=40), st.floats(-3, 3))
def test_best_of_each_group(scored: list[tuple[int, float]], floor: float) -> None:
    scored.sort(key=lambda pair: pair[0])
    groups, scores = np.array([group for group, _ in scored], dtype=np.int64), np.array([score for _, score in scored], dtype=np.float32)
    expected = [max([floor, *(score for group, score in scored if group == number)]) for number in range(8)]
    assert Groups.of(groups, 8).best(scores, floor=floor).tolist() == expected


def test_nothing_to_blend() -> None:
    assert blend([np.zeros(0, dtype=np.float32)], [0.5]).tolist() == []


@given(st.lists(st.lists(st.floats(-3, 3, width=32), min_size=12, max_size=12), min_size=1, max_size=4))
def test_blended_scores_compare_as_fused_ones(columns: list[list[float]]) -> None:
    scorings = [np.array(column, dtype=np.float32) for column in columns]
    weights = [0.5, 0.3, 0.2, 0.1][: len(columns)]
    spreads = [float(scores.std()) for scores in scorings]
    assume(all(spread > 1e-3 or scores.min() == scores.max() for spread, scores in zip(spreads, scorings, strict=True)))
    difference = blend(scorings, weights) - fuse(scorings, weights)
    assert difference == pytest.approx(np.full(12, difference[0]), abs=1e-2)
