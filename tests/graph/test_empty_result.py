"""Which part of a query leaves no solution: a table of queries over a graph of one measure."""

from __future__ import annotations

import pytest
from pyoxigraph import NamedNode, Quad, RdfFormat, Store, parse

from graph.empty_result import find_empty_part

TURTLE = '@prefix : <x:> . :m a :Measure ; :label "窓口"@ja ; :number "1" , "2" ; :owner :d . :d :label "市民課"@ja .'


@pytest.mark.parametrize(
    ("query", "text", "line", "alone"),
    [
        ('SELECT * {\n ?m a :Measure ;\n :label "窓口" .\n}', '?m :label "窓口"', 3, True),
        ('SELECT * {\n FILTER(?n = "9")\n ?m a :Measure ; :number ?n }', 'FILTER(?n = "9")', 2, False),
        ('SELECT * { ?m :number "1", "3" }', '?m :number "3"', 1, True),
        ('SELECT * { ?m :owner/:label "市民課"@ja ,\n "税務課"@ja }', '?m :owner/:label "税務課"@ja', 2, True),
        ("SELECT * { ?m :label ?x .\n OPTIONAL { ?m :none ?y }\n ?m :owner ?m }", "?m :owner ?m", 3, True),
        ("SELECT * { VALUES ?n { 1 }\n ?m :number ?n }", "?m :number ?n", 2, False),
        ("SELECT * { ?m :number ?n .\n { ?m :a ?y } UNION { ?m :b ?y } }", "{ ?m :a ?y } UNION { ?m :b ?y }", 2, False),
        ("CONSTRUCT { ?m a :X } WHERE { ?m a :Y }", "?m a :Y", 1, True),
        ("SELECT * { GRAPH ?g { ?m a :Measure .\n ?m a :Y } }", "?m a :Y", 2, True),
    ],
)
def test_the_part_that_leaves_nothing(query: str, text: str, line: int, alone: bool) -> None:
    found = find_empty_part("PREFIX : <x:> " + query, ask_store())
    assert found is not None
    assert (found.text, found.first_line, found.alone) == (text, line, alone)


def test_patterns_that_match_leave_the_rest_to_having_and_limit() -> None:
    assert find_empty_part("PREFIX : <x:> SELECT ?m { ?m a :Measure } OFFSET 5", ask_store()) is None


def ask_store():
    store = Store()
    for triple in parse(TURTLE, format=RdfFormat.TURTLE):
        store.add(Quad(triple.subject, triple.predicate, triple.object, NamedNode("x:g")))
    return lambda query: bool(store.query(query, use_default_graph_as_union=True))
