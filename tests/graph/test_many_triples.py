"""The documents of made-up towns: like the real ones in shape, of other places, documents and figures."""

from __future__ import annotations

from pyoxigraph import Quad
from town import extraction

from benchmarks.many_triples import tell_of_town
from graph.iris import Iris
from graph.triples import extraction_quads
from ontology.model import Extraction

IRIS = Iris()


def quads_of(extractions: list[Extraction]) -> set[Quad]:
    return {quad for one in extractions for quad in extraction_quads(one, IRIS)}


def test_the_first_town_is_the_real_one() -> None:
    assert tell_of_town([extraction()], 0) == [extraction()]


def test_each_town_says_as_much_of_things_of_its_own() -> None:
    towns = [tell_of_town([extraction()], town) for town in range(3)]
    graphs = [quads_of(town) for town in towns]
    assert len(graphs[1]) == len(graphs[2]) == len(graphs[0]) - 1  # made-up names have no reading
    for one, other in ((0, 1), (1, 2)):
        assert not {quad.graph_name for quad in graphs[one]} & {quad.graph_name for quad in graphs[other]}
        codes = [towns[number][0].plan.municipality.code for number in (one, other)]
        shared = {quad.subject for quad in graphs[one]} & {quad.subject for quad in graphs[other]}
        assert not [subject for subject in shared if any(f"/id/{code}/" in subject.value for code in codes)]


def test_a_figure_differs_and_a_text_names_the_town() -> None:
    real, made = extraction(), tell_of_town([extraction()], 7)[0]
    values = [[cell.quantity.value for indicator in one.indicators for cell in indicator.observations] for one in (real, made)]
    assert [value + 7 for value in values[0] if value is not None] == [value for value in values[1] if value is not None]
    assert made.plan.municipality.name != real.plan.municipality.name
    assert real.plan.municipality.name not in made.document.title
    assert tell_of_town([extraction()], 7) == [made]
