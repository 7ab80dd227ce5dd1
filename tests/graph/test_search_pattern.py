"""SERVICE plan:search in a query: where it is found, how it is read, and that rows in its place mean what a SERVICE means."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import pytest
from federation import RowService, row_service
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import DefaultGraph, Literal, NamedNode, Quad, QueryBoolean, QueryTriples, Store

from graph.guard import check_query
from graph.inline_data import FilledQuery
from graph.search_pattern import SearchHit, SearchPattern, find_searches, mark
from graph.search_reader import SearchCall
from graph.terms import XSD, integer
from ontology.errors import QueryRefused, QuerySyntaxError

PREFIXES = "PREFIX plan: <https://w3id.org/keikaku/ns#> PREFIX x: <http://x/> "


def search(inside: str) -> SearchPattern:
    (found,) = find_searches(f"{PREFIXES}SELECT * {{ SERVICE plan:search {{ {inside} }} }}")
    return found


# ---------------------------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize(
    ("inside", "expected"),
    [
        ('?m plan:query "窓口"', SearchCall("窓口")),
        ("?m plan:query '窓口'@ja .", SearchCall("窓口")),
        ('?m plan:query """窓口\n"現金" """ ;', SearchCall('窓口\n"現金" ')),
        ("?m plan:query '''it's''' ;; plan:limit 3", SearchCall("it's", limit=3)),
        ('?m plan:query "\\u7A93\\U000053E3\\t\\"a\\\\"', SearchCall('窓口\t"a\\')),
        ('?m plan:query "窓口"^^<http://www.w3.org/2001/XMLSchema#string>', SearchCall("窓口")),
        ('?m plan:limit "20"^^<http://www.w3.org/2001/XMLSchema#integer> . ?m plan:query "a"', SearchCall("a", limit=20)),
        ('?m plan:query "a" ; plan:mode "semantic"', SearchCall("a", mode="semantic")),
        ('?m plan:query "a" ; plan:searchIn plan:Passage', SearchCall("a", kinds=("Passage",))),
        ('?m plan:searchIn plan:Measure , plan:Initiative . $m plan:query "a"', SearchCall("a", kinds=("Measure", "Initiative"))),
        ('?m plan:query "a" ; plan:municipality "若葉野市"@ja', SearchCall("a", municipality="若葉野市")),
        ('?m plan:query "a" ; plan:municipality x:m', SearchCall("a", municipality="http://x/m")),
        ('?m plan:query "a" ; plan:fiscalYear 2024', SearchCall("a", fiscal_year=2024)),
        ('?m plan:query "# } SERVICE plan:search {" # } "', SearchCall("# } SERVICE plan:search {")),
    ],
)
def test_parameters_are_read(inside: str, expected: SearchCall) -> None:
    assert search(f"{inside}\n").call == expected


def test_subject_and_outputs_are_read() -> None:
    found = search(
        '?取組 plan:query "a" ; plan:score ?点 , $s2 ; plan:rank ?_r ; plan:matchText ?t ; plan:highlight ?h ; plan:matchSource ?q'
    )
    assert found.subject == "?取組"
    assert found.outputs == (("点", "score"), ("s2", "score"), ("_r", "rank"), ("t", "matchText"), ("h", "highlight"), ("q", "matchSource"))


@pytest.mark.parametrize(
    "opening",
    [
        "PREFIX plan: <https://w3id.org/keikaku/ns#> SELECT * { SERVICE plan:search",
        "PREFIX : <https://w3id.org/keikaku/ns#> SELECT * { service :search",
        "PREFIX a.b: <https://w3id.org/keikaku/> SELECT * { SERVICE a.b:ns\\#search",
        "PREFIX 計画: <https://w3id.org/keikaku/ns#> SELECT * { SERVICE SILENT 計画:search",
        "SELECT * { SERVICE<https://w3id.org/keikaku/ns#search>",
        "BASE <https://w3id.org/keikaku/x> SELECT * { Service Silent <ns#search>",
        "SELECT * { SERVICE # plan:search {\n <https://w3id.org/keikaku/ns#se\\u0061rch>",
    ],
)
def test_the_service_is_known_by_its_iri(opening: str) -> None:
    query = f'{opening} {{ ?m <https://w3id.org/keikaku/ns#query> "a" }} }}'
    (found,) = find_searches(query)
    assert query[found.start : found.end].lower().startswith("service")
    assert query[found.start : found.end].endswith("}")
    assert query[found.end :] == " }"


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE plan:search { }' } # SERVICE plan:search { }",
        "PREFIX plan: <https://w3id.org/keikaku/ns#> SELECT * { ?s plan:search ?service }",
        "SELECT * { SERVICE <http://x/> { ?s ?p ?o } }",
        "SELECT * { SERVICE ?where { ?s ?p ?o } }",
        "PREFIX plan: <http://other/> SELECT * { SERVICE plan:search { ?s ?p ?o } }",
        "SELECT * { SERVICE",
        "SELECT * { SERVICE SILENT",
    ],
)
def test_what_is_no_search_is_left_alone(query: str) -> None:
    assert find_searches(query) == []


def test_another_service_beside_a_search_is_refused() -> None:
    query = f'{PREFIXES}SELECT * {{ SERVICE plan:search {{ ?m plan:query "a" }} SERVICE <http://evil/> {{ ?m ?p ?o }} }}'
    data = [found.fill([]) for found in find_searches(query)]
    with pytest.raises(QueryRefused, match="SERVICE は受け付けません"):
        check_query(query, (), data=data)


@pytest.mark.parametrize(
    ("inside", "place", "reason"),
    [
        ("", "2 行 17 桁", 'plan:query "探したいこと" が必要です'),
        ("?m plan:score ?s", "2 行 17 桁", 'plan:query "探したいこと" が必要です'),
        ("?m plan:query ?q", "3 行 18 桁", "変数でなく、定数の文字列"),
        ('?m plan:query ""', "3 行 18 桁", "探したいことを文字列で"),
        ('?m plan:query " \\t"', "3 行 18 桁", "探したいことを文字列で"),
        ("?m plan:query 5", "3 行 18 桁", "探したいことを文字列で"),
        ("?m plan:query x:a", "3 行 18 桁", "探したいことを文字列で"),
        (f'?m plan:query "{"あ" * 501}"', "3 行 18 桁", "500 字まで"),
        ('?m plan:query "a", "b"', "3 行 7 桁", "plan:query は一つだけ"),
        ('?m plan:query "a" . ?m plan:query "b"', "3 行 27 桁", "plan:query は一つだけ"),
        ('?m plan:query "a" ; plan:limit 0', "3 行 35 桁", "1 から 100 まで"),
        ('?m plan:query "a" ; plan:limit 101', "3 行 35 桁", "1 から 100 まで"),
        ('?m plan:query "a" ; plan:limit -5', "3 行 35 桁", "plan:limit の値"),
        ('?m plan:query "a" ; plan:limit 1.5', "3 行 35 桁", "1 から 100 まで"),
        (f'?m plan:query "a" ; plan:limit {"9" * 6000}', "3 行 35 桁", "1 から 100 まで"),
        ('?m plan:query "a" ; plan:limit ?n', "3 行 35 桁", "1 から 100 まで"),
        ('?m plan:query "a" ; plan:mode "fuzzy"', "3 行 34 桁", '"hybrid"、"keyword"、"semantic" のどれか'),
        ('?m plan:query "a" ; plan:searchIn plan:Plan', "3 行 38 桁", "plan:Measure、plan:Initiative、plan:Passage、plan:Department"),
        ('?m plan:query "a" ; plan:searchIn plan:Department, plan:Measure', "2 行 17 桁", "ほかの種類と一度に"),
        ('?m plan:query "a" ; plan:searchIn plan:Department ; plan:mode "keyword"', "2 行 17 桁", 'plan:mode は "hybrid" だけ'),
        ('?m plan:query "a" ; plan:fiscalYear "R6"', "3 行 40 桁", "西暦"),
        ('?m plan:query "a" ; plan:municipality 131075', "3 行 42 桁", "自治体の名"),
        ('?m plan:query "a" ; plan:score 0.5', "3 行 35 桁", "plan:score の値は検索が決めます"),
        ('?m plan:query "a" ; plan:score ?m', "3 行 35 桁", r"\?m が二度"),
        ('?m plan:query "a" ; plan:score ?s ; plan:rank $s', "3 行 50 桁", r"\?s が二度"),
        ('?m plan:score ?s . ?s plan:query "a"', "3 行 23 桁", "主語は一つ"),
        ('?m plan:query "a" . ?n plan:score ?s', "3 行 24 桁", "主語は一つ"),
        ('[] plan:query "a"', "3 行 4 桁", "plan:search の中に書けるのは"),
        ('_:m plan:query "a"', "3 行 4 桁", "plan:search の中に書けるのは"),
        ('"m" plan:query "a"', "3 行 4 桁", "主語は変数か IRI"),
        ('?m plan:query "a" ; plan:goal ?g', "3 行 24 桁", "plan:search の中に書けるのは、一つの主語についての plan:query、"),
        ('?m plan:query "a" ; a plan:Passage', "3 行 24 桁", "plan:search の中に書けるのは"),
        ('?m plan:query "a" ; ?p ?o', "3 行 24 桁", "plan:search の中に書けるのは"),
        ('?m plan:query "a" ; ^plan:score ?s', "3 行 24 桁", "plan:search の中に書けるのは"),
        ('?m plan:query "a" FILTER(?m = x:a)', "3 行 22 桁", "ほかのパターンは外に"),
        ('?m plan:query "a" . OPTIONAL { ?m plan:score ?s }', "3 行 24 桁", "ほかのパターンは外に"),
        ('{ ?m plan:query "a" }', "3 行 4 桁", "plan:search の中に書けるのは"),
        ('?m plan:query "a" ; q:score ?s', "3 行 24 桁", "接頭辞 q: が宣言されていません"),
        ('?m plan:query "a"^^', "4 行 3 桁", None),
        ("?m plan:query", "4 行 3 桁", "plan:query の値が必要です"),
        ("?m", "4 行 3 桁", "plan:search の中に書けるのは"),
    ],
)
def test_what_cannot_stand_inside_is_told_with_its_place(inside: str, place: str, reason: str | None) -> None:
    query = f"{PREFIXES}SELECT * {{\n        SERVICE plan:search {{\n   {inside}\n  }} }}"
    with pytest.raises(QuerySyntaxError, match=reason) as raised:
        find_searches(query)
    assert str(raised.value).startswith(f"{place}: ")


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (
            "SELECT * { SERVICE plan:search { } }",
            "1 行 20 桁: 接頭辞 plan: が宣言されていません。先頭に PREFIX plan: <https://w3id.org/keikaku/ns#>",
        ),
        (PREFIXES + "SELECT * { SERVICE plan:search ?m }", r"のあとには \{ … \} が必要です"),
        (PREFIXES + 'SELECT * { SERVICE plan:search { ?m plan:query "a" ', "を閉じる } がありません"),
        (PREFIXES + "SELECT * { SERVICE plan:search", "を閉じる } がありません"),
        (PREFIXES + "SELECT * { SERVICE plan:search { ?m plan:query", "を閉じる } がありません"),
    ],
)
def test_a_search_without_its_braces(query: str, reason: str) -> None:
    with pytest.raises(QuerySyntaxError, match=reason):
        find_searches(query)


# ---------------------------------------------------------------------------------------------------------------- writing


HIT = SearchHit("http://x/a", 0.9, 1, '<窓口> & "現金"\n', ((1, 3), (8, 10)), "http://x/d#L3-4")


def test_a_hit_becomes_terms() -> None:
    (row,) = (
        search('?m plan:query "a"; plan:score ?s; plan:rank ?r; plan:matchText ?t; plan:highlight ?h; plan:matchSource ?q').fill([HIT]).rows
    )
    (solution,) = Store().query(f"SELECT ?m ?s ?r ?t ?h ?q {{ VALUES (?m ?s ?r ?t ?h ?q) {{ ({' '.join(row)}) }} }}")
    assert list(solution) == [
        NamedNode("http://x/a"),
        Literal("0.9", datatype=XSD.decimal),
        Literal("1", datatype=XSD.integer),
        Literal('<窓口> & "現金"\n', language="ja"),
        Literal(
            '&lt;<mark>窓口</mark>&gt; &amp; "<mark>現金</mark>"\n', datatype=NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#HTML")
        ),
        NamedNode("http://x/d#L3-4"),
    ]


def test_what_a_hit_does_not_have_is_unbound() -> None:
    found = search('?m plan:query "a" ; plan:matchText ?t ; plan:highlight ?h ; plan:matchSource ?q')
    assert found.fill([SearchHit("http://x/a", 1.0, 1)]).rows == (("<http://x/a>", "UNDEF", "UNDEF", "UNDEF"),)


def test_no_row_can_say_more_than_its_terms() -> None:
    with pytest.raises(ValueError, match="IRI"):
        search('?m plan:query "a"').fill([SearchHit("http://x/> } SERVICE <http://evil/> {", 1.0, 1)])
    evil = '") } SERVICE <http://evil/> { ("\\'
    (row,) = search('?m plan:query "a" ; plan:matchText ?t').fill([SearchHit("http://x/a", 1.0, 1, evil)]).rows
    (solution,) = Store().query(f"SELECT * {{ VALUES (?m ?t) {{ ({' '.join(row)}) }} }}")
    assert solution["t"].value == evil


def test_highlights_of_a_text() -> None:
    assert mark("abc", []) == "abc"
    assert mark("abc", [(0, 1), (2, 3)]) == "<mark>a</mark>b<mark>c</mark>"


@pytest.mark.parametrize(
    "opening", ['{ SERVICE plan:search { ?m plan:query "a" }', '{ SERVICE\nplan:search\n{ ?m plan:query\n"a";plan:score ?s\n}']
)
def test_what_is_wrong_elsewhere_stays_where_it_is(opening: str) -> None:
    """Each error behind a search has the place that it has in the text as written."""
    query = f"{PREFIXES}SELECT * {opening} ?m x:p }}"
    filled = FilledQuery(query, tuple(found.fill([HIT] * 5) for found in find_searches(query)))
    with pytest.raises(SyntaxError) as raised:
        Store().query(check_query(filled.text, (), data=filled.data).outline)
    (found,) = find_searches(query)
    blank = re.sub(r"[^\n]", " ", query[found.start : found.end])
    with pytest.raises(SyntaxError) as expected:
        Store().query(query[: found.start] + blank + query[found.end :])
    assert str(raised.value) == str(expected.value)


# ---------------------------------------------------------------------------------------------------------------- meaning

# {a} and {b} are searches that bind ?m, ?s and ?m, ?t.
QUERIES = [
    "SELECT * {{ {a} }}",
    "SELECT * {{ {a} ?m x:p ?v }}",
    "SELECT * {{ ?m x:p ?v . {a} ?m x:q ?w . }}",
    "SELECT * {{ ?m x:p ?v OPTIONAL {{ {a} }} }}",
    "SELECT * {{ ?m x:p ?v OPTIONAL {{ {a} FILTER(?s > 0.5) }} }}",
    "SELECT * {{ {a} OPTIONAL {{ ?m x:p ?v }} }}",
    "SELECT * {{ {{ {a} }} UNION {{ ?m x:p ?s }} }}",
    "SELECT * {{ {{ {a} }} UNION {{ {b} }} ?m x:q ?w }}",
    "SELECT * {{ ?m x:p ?v MINUS {{ {a} }} }}",
    "SELECT * {{ {a} MINUS {{ ?m x:p ?v }} }}",
    "SELECT * {{ ?m x:p ?v FILTER EXISTS {{ {a} }} }}",
    "SELECT * {{ ?m x:p ?v FILTER NOT EXISTS {{ {a} ?m x:q ?w }} }}",
    "SELECT * {{ {a} {b} }}",
    "SELECT * {{ {a} ?m x:p ?n . OPTIONAL {{ {b} }} }}",
    "SELECT ?m (COUNT(*) AS ?c) (MAX(?s) AS ?top) {{ {a} ?m x:p ?v }} GROUP BY ?m",
    "SELECT * {{ {{ SELECT ?m (SUM(?s) AS ?sum) {{ {a} }} GROUP BY ?m }} ?m x:p ?v }}",
    "SELECT DISTINCT ?m {{ {a} ?m (x:p|x:q)/x:p* ?v }}",
    "SELECT * {{ GRAPH x:g1 {{ ?m x:p ?v OPTIONAL {{ {a} }} }} }}",
    "SELECT * {{ {a} BIND(?s * 2 AS ?double) FILTER(?double > 1) }}",
    "SELECT * {{ VALUES ?m {{ x:a x:b UNDEF }} {a} }}",
    "SELECT ?m {{ {a} ?m x:p ?v }} VALUES (?m ?v) {{ (x:a 1) (x:b UNDEF) }}",
    "SELECT * {{ {{ {{ {a} }} }} ?m x:p ?v OPTIONAL {{ {{ ?m x:q ?w }} UNION {{ {b} }} }} }}",
    "ASK {{ {a} ?m x:q ?w }}",
    "CONSTRUCT {{ ?m x:score ?s }} WHERE {{ {a} ?m x:p ?v }}",
    "SELECT (EXISTS {{ {a} }} AS ?any) {{ }}",
]
SEARCHES = {
    "a": 'SERVICE {service} {{ ?m plan:query "one" ; plan:score ?s }}',
    "b": "SERVICE SILENT {service} {{ ?m plan:query 'two' . ?m plan:rank ?t }}",
}
NAMES = ("a", "b", "c", "d")
GRAPHS = (DefaultGraph(), NamedNode("http://x/g1"), NamedNode("http://x/g2"))


@pytest.fixture(scope="module")
def service() -> Iterator[RowService]:
    with row_service() as running:
        yield running


def iri(name: str) -> NamedNode:
    return NamedNode(f"http://x/{name}")


def build_store(triples: Sequence[tuple[str, str, str | int, int]]) -> Store:
    store = Store()
    for subject, predicate, value, graph in triples:
        store.add(Quad(iri(subject), iri(predicate), integer(value) if isinstance(value, int) else iri(value), GRAPHS[graph]))
    return store


def evaluate(store: Store, query: str) -> Counter:
    result = store.query(query)
    if isinstance(result, QueryBoolean):
        return Counter([bool(result)])
    if isinstance(result, QueryTriples):
        return Counter(str(triple) for triple in result)
    names = [variable.value for variable in result.variables]
    return Counter(tuple(sorted((name, str(row[name])) for name in names if row[name] is not None)) for row in result)


def compare(service: RowService, template: str, store: Store, hits: dict[str, list[SearchHit]]) -> None:
    """The query with its searches sent to a real SERVICE, and with rows in their place."""
    service.rows = {
        "one": [{"m": NamedNode(hit.iri), "s": decimal_of(hit.score)} for hit in hits["one"]],
        "two": [{"m": NamedNode(hit.iri), "t": integer(hit.rank)} for hit in hits["two"]],
    }
    remote, own = (
        PREFIXES + template.format(**{name: text.format(service=address) for name, text in SEARCHES.items()})
        for address in (f"<{service.address}>", "plan:search")
    )
    data = tuple(found.fill(hits[found.call.query]) for found in find_searches(own))
    filled = check_query(own, (), data=data).text
    assert "plan:search" not in filled
    assert evaluate(store, filled) == evaluate(store, remote)


def decimal_of(score: float) -> Literal:
    return Literal(str(score), datatype=XSD.decimal)


def hits_of(names: Sequence[str]) -> list[SearchHit]:
    return [SearchHit(f"http://x/{name}", round(0.95 - 0.2 * number, 2), number + 1) for number, name in enumerate(names)]


TRIPLES = [("a", "p", 1, 0), ("a", "p", 2, 1), ("a", "q", "b", 0), ("b", "p", 1, 1), ("b", "p", "a", 0), ("c", "q", 3, 2), ("d", "p", 1, 0)]


@pytest.mark.parametrize("template", QUERIES)
@pytest.mark.parametrize(("one", "two"), [("abc", "bd"), ("aab", "ca"), ("", "a"), ("ab", "")])
def test_rows_in_place_mean_what_a_service_means(service: RowService, template: str, one: str, two: str) -> None:
    compare(service, template, build_store(TRIPLES), {"one": hits_of(one), "two": hits_of(two)})


triples = st.tuples(st.sampled_from(NAMES), st.sampled_from(["p", "q"]), st.sampled_from([*NAMES, 1, 2]), st.integers(0, 2))
found_names = st.lists(st.sampled_from(NAMES), max_size=5)


@given(st.sampled_from(QUERIES), st.lists(triples, max_size=12), found_names, found_names)
def test_rows_in_place_mean_what_a_service_means_on_any_graph(
    service: RowService, template: str, graph: list[tuple], one: list[str], two: list[str]
) -> None:
    compare(service, template, build_store(graph), {"one": hits_of(one), "two": hits_of(two)})


def test_rows_in_a_graph_of_any_name_join_with_each_graph() -> None:
    """By hand: Oxigraph 0.5 gives no solution at all to a real SERVICE in there."""
    query = f"{PREFIXES}SELECT ?g ?m ?v {{ GRAPH ?g {{ {SEARCHES['a'].format(service='plan:search')} ?m ?p ?v }} }}"
    filled = check_query(query, (), data=[found.fill(hits_of("aac")) for found in find_searches(query)]).text
    found = Counter((row["g"].value[-2:], row["m"].value[-1], row["v"].value) for row in build_store(TRIPLES).query(filled))
    assert found == {("g1", "a", "2"): 2, ("g2", "c", "3"): 1}


@pytest.mark.parametrize(("subject", "scores"), [("x:b", ["0.75"]), ("x:nowhere", [])])
def test_an_iri_as_subject_takes_the_rows_of_it(subject: str, scores: list[str]) -> None:
    query = f'{PREFIXES}SELECT ?s {{ SERVICE plan:search {{ {subject} plan:query "one" ; plan:score ?s }} }}'
    data = [found.fill(hits_of("abc")) for found in find_searches(query)]
    assert [row["s"].value for row in Store().query(check_query(query, (), data=data).text)] == scores
    query = f'{PREFIXES}ASK {{ SERVICE plan:search {{ {subject} plan:query "one" }} }}'
    data = [found.fill(hits_of("abc")) for found in find_searches(query)]
    assert bool(Store().query(check_query(query, (), data=data).text)) is bool(scores)
