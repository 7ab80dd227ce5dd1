"""SERVICE, updates and graphs from elsewhere, in whatever spelling the engine reads them: the guard refuses what the engine would do."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, QueryBoolean, Store

from graph.guard import check_query
from graph.inline_data import InlineData
from ontology.errors import QueryRefused, QuerySyntaxError

SECRET = "http://evil/secret"


class Engine:
    """The engine without guard and wall, beside a server that counts who comes: {E} in a query is its address, {G} a graph from elsewhere."""

    def __init__(self, server: socket.socket) -> None:
        self.address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        self.graph = "http://elsewhere/"
        self.calls = 0
        self.store = Store()
        for value in (Literal(1), Literal(True), NamedNode("x:o")):
            self.store.add(Quad(NamedNode("x:d"), NamedNode("x:p"), value))
        self.store.add(Quad(NamedNode("x:s"), NamedNode(SECRET), Literal(1), NamedNode(self.graph)))

    def write(self, query: str) -> str:
        return query.replace("{E}", f"<{self.address}>").replace("{G}", f"<{self.graph}>")

    def reaches_out(self, query: str) -> bool:
        """Whether the engine asks the server, or reads the graph from elsewhere as its default graph."""
        before = self.calls
        try:
            result = self.store.query(query, base_iri="http://base/")
            found = "" if isinstance(result, QueryBoolean) else "".join(map(str, result))
        except (SyntaxError, ValueError):
            return False
        except (RuntimeError, OSError):
            return True  # SERVICE of an unbound variable, or the server's answer, which is none
        return self.calls > before or SECRET in found


@pytest.fixture(scope="module")
def engine() -> Iterator[Engine]:
    with socket.create_server(("127.0.0.1", 0)) as server:
        found = Engine(server)

        def count() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                found.calls += 1
                connection.close()

        thread = threading.Thread(target=count)
        thread.start()
        yield found
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


P = "PREFIX s: {E} PREFIX : {E} "
G = "PREFIX s: {G} PREFIX : {G} "


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { SERVICE {E} {} }",
        "SELECT*{service{E}{?s ?p ?o}}",
        "SELECT * { SERVICE#{\r{E}#}\n{} }",
        "SELECT * { SERVICESILENT{E}{} }",
        "SELECT * { SerViceSilent{E}{} }",
        "SELECT * { SERVICE SILENT{E}{} }",
        P + "SELECT * { SERVICEs:x {} }",
        P + "SELECT * { SERVICE:x {} }",
        P + "SELECT * { SERVICESILENTs:x#c\n{} }",
        P + "SELECT * { SERVICE SILENTs:x {} }",
        "SELECT * { ?s <x:p> trueSERVICE{E}{} }",
        P + "SELECT * { ?s <x:p> trueSERVICEs:x {} }",
        P + "SELECT * { ?s <x:p> true.SERVICEs:x {} }",
        P + "SELECT * { ?s <x:p> 1SERVICEs:x {} }",
        "SELECT * { ?s <x:p> 1 .SERVICE{E}{} }",
        "SELECT * { { ?s ?p ?o }UNION{SERVICE{E}{}} }",
        "ASK { ?s ?p ?o FILTER EXISTS{SERVICE{E}{}} }",
        "SELECT * { ?s ?p ?o FILTER(1<2)SERVICE{E}{} }",
        "SELECT * { BIND({E} AS ?e)SERVICE?e{} }",
        "DESCRIBE ?s { SERVICE{E}{?s ?p ?o} }",
        "CONSTRUCT { ?s ?p ?o } { SERVICE{E}{?s ?p ?o} }",
        "SELECT * FROM {G} { ?s ?p ?o }",
        "SELECT*FROM{G}{?s ?p ?o}",
        "SELECT*#c\rfrom#c\n{G}{?s ?p ?o}",
        G + "SELECT*FROMs:{?s ?p ?o}",
        G + "SELECT*FROM:{?s ?p ?o}",
        "CONSTRUCTFROM{G}WHERE{?s ?p ?o}",
        G + "CONSTRUCTFROMs: WHERE{?s ?p ?o}",
        "DESCRIBE<x:s>FROM{G}",
        "SELECTDISTINCT*FROM{G}{?s ?p ?o}",
    ],
)
def test_what_the_engine_would_do_is_refused_with_its_reason(engine: Engine, query: str) -> None:
    text = engine.write(query)
    assert engine.reaches_out(text)
    with pytest.raises(QueryRefused, match=r"SERVICE は受け付けません|このストアにありません"):
        check_query(text, ())


@pytest.mark.parametrize(
    ("query", "reason"),
    [
        (r"SELECT * { \u0053ERVICE {E} {} }", "SERVICE"),  # SPARQL 1.1 resolves escapes before anything else
        (r"SELECT * { S\U00000045RVICEs:x {} }", "SERVICE"),
        (r"SELECT * FR\u004FM {G} { ?s ?p ?o }", "このストアにありません"),
        ("ASKFROM{G}{}", "このストアにありません"),
        ("ASKFROMNAMED{G}{}", "このストアにありません"),
        ("ASK FROMNAMED{G}{}", "このストアにありません"),
        (G + "ASK FROMNAMEDs:{}", "このストアにありません"),
        (G + "ASK FROM NAMEDs:{}", "このストアにありません"),
        (r"\u004COAD {G}", "LOAD"),
        ("LOADSILENT{G}", "LOAD"),
        ("LOAD{G}", "LOAD"),
        (G + "LOADs:x", "LOAD"),
        ("loadsilent<file:///etc/passwd>", "LOAD"),
        ("INSERTDATA{<x:a><x:b><x:c>}", "INSERT"),
        ("DELETEWHERE{?s ?p ?o}", "DELETE"),
        ("CLEARALL", "CLEAR"),
        ("DROPSILENTDEFAULT", "DROP"),
    ],
)
def test_what_another_engine_might_do_is_refused_too(engine: Engine, query: str, reason: str) -> None:
    with pytest.raises(QueryRefused, match=reason):
        check_query(engine.write(query), ())


@pytest.mark.parametrize(
    "query",
    [
        "SELECT * { ?s ?p 'SERVICE <http://e/> {' }",
        'SELECT * { ?s ?p """FROM <http://e/>""" , "LOAD" }',
        "SELECT * { ?s ?p ?o # SERVICE <http://e/> {\n}",
        "SELECT * { ?SERVICE ?FROM $load }",
        "BASE <http://e/> SELECT * { ?s <service> <from> }",
        "SELECT * { ?s ?p _:SERVICE . _:FROM ?p _:LOAD }",
        "SELECT * { ?s ?p 'x'@service }",
        "PREFIX service: <x:> PREFIX : <x:> SELECT * { ?s service:p ?o . ?s :p service:x }",
        "PREFIX true.services: <x:> PREFIX s: <x:> SELECT * { ?s true.services:p ?o }",
        "PREFIX services: <x:> PREFIX s: <x:> SELECT * { ?s s:p services:o { ?s ?q ?r } }",
        "PREFIX service: <x:> PREFIX : <x:> SELECT * { GRAPH service:x { ?s ?p ?o } }",
        "PREFIX microservice: <x:> PREFIX from: <x:> PREFIX load: <x:> SELECT * { ?s microservice:p from:o , load:o }",
        "PREFIX from: <x:> PREFIX : <x:> DESCRIBE :d from:s",
        "PREFIX fromage: <x:> PREFIX age: <x:> PREFIX named: <x:> SELECT * { ?s fromage:p age:o , named:o }",
        "PREFIX x: <x:> SELECT * { ?s x:SERVICE x:FROM }",
        "SELECT * { ?s ?p ?o FILTER(?o<?s&&?s>'SERVICE') }",
        "SELECT * { ?s ?p ?o FILTER(STR(?o)<'b'&&STR(?o)>'a') }",
        "SELECT * { VALUES (?s ?t) { (<x:d> <x:#a>) (<x:d> <x:o'clock>) } ?s ?p ?o }",
    ],
)
def test_the_words_may_stand_where_they_are_no_keywords(engine: Engine, query: str) -> None:
    assert rows(engine, check_query(query, ()).text) == rows(engine, query)


def rows(engine: Engine, query: str) -> list[str]:
    return sorted(map(str, engine.store.query(query)))


@pytest.mark.parametrize(
    "query",
    [
        P + "SELECT * { ?s <x:p> ?o FILTER(1<2)SERVICEs:x#>)\n{ ?a ?b ?c } }",  # the IRI <2)SERVICEs:x#>, or 1 < 2 and a SERVICE
        P + "SELECT * { ?s <x:p> ?o FILTER('0'<'>')SERVICEs:x{ ?a ?b ?c }#')\n}",  # the IRI <'>, or '0' < '>'
        P + "PREFIX SERVICEs: <x:> SELECT * { ?s ?p ?o SERVICEs:x { ?a ?b ?c } }",
        P + "PREFIX service: <x:> SELECT * { ?s ?p ?o . service:x { ?a ?b ?c } }",
    ],
)
def test_two_readings_become_the_one_that_was_checked(engine: Engine, query: str) -> None:
    text = engine.write(query)
    assert engine.reaches_out(text)
    checked = check_query(text, ())
    assert not engine.reaches_out(checked.text)
    assert not engine.reaches_out(checked.outline)


@pytest.mark.parametrize(
    ("query", "as_run"),
    [
        (r"ASK { ?s ?p 'a\u0027 . \u005C\u000A' }", r"ASK { ?s ?p 'a\' . \\\n' }"),
        (r"ASK { ?s ?p '\\u0027' , '\u3042' }", r"ASK { ?s ?p '\\u0027' , '\u3042' }"),
        ("ASK { # \\u000A SERVICE <x:> {}\n}", "ASK { #  u000A SERVICE <x:> {}\n}"),
    ],
)
def test_escapes_mean_the_same_before_and_after_reading(query: str, as_run: str) -> None:
    assert check_query(query, ()).text == as_run


def test_an_iri_with_an_escape_that_it_cannot_have() -> None:
    with pytest.raises(QuerySyntaxError, match="1 行 10 桁: IRI に使えない文字"):
        check_query(r"ASK { ?s <x:\u003E> ?o }", ())


def test_the_search_inside_keeps_its_own_words(engine: Engine) -> None:
    query = "PREFIX service: <x:> PREFIX : <x:> SELECT * { SERVICE service:x { ?m service:y 'a\\u0027' } ?m service:p ?o }"
    start, end = query.index("SERVICE service"), query.index("} ?m") + 1
    checked = check_query(query, (), data=(InlineData(start, end, ("m",), (("<x:d>",),)),))
    assert len(rows(engine, checked.text)) == 3
    assert len(checked.outline) == len(query)


# ---------------------------------------------------------------------------------------------------------------- at random

BLANKS = st.sampled_from(["", "", "", " ", "\n", "\t", "#c\n", "#\r", " #SERVICE\n"])
PROLOGUE = st.lists(
    st.sampled_from(
        [
            *("PREFIX s:{E}", "PREFIX :{E}", "PREFIX SERVICEs:<x:>", "PREFIX service:<x:>", "PREFIX from:<x:>", "PREFIX FROMs:<x:>"),
            *("PREFIX trueSERVICEs:<x:>", "PREFIX silents:{E}", "PREFIX x:<x:>", "PREFIX g:{G}", "PREFIX FROMg:<x:>", "PREFIX NAMEDg:<x:>"),
        ]
    ),
    max_size=6,
    unique=True,
)
PIECES = st.sampled_from(
    [
        *(
            "SERVICE",
            "SILENT",
            "{E}",
            "s:x",
            ":x",
            "s:",
            "SERVICEs:x",
            "service:x",
            "SERVICE:",
            "{?s ?p ?o}",
            "{",
            "}",
            "?s",
            "<x:p>",
            "true",
        ),
        *(
            "1",
            "1.5",
            "1e0",
            ".",
            '"a"',
            "'a'",
            "'''",
            "'",
            '"',
            "@en",
            "^^",
            "OPTIONAL",
            "UNION",
            "FILTER",
            "EXISTS",
            "(",
            ")",
            "<",
            ">",
            "<2",
        ),
        *(
            "<'>",
            "#",
            "\\",
            "\\u0027",
            "\\u0053",
            "?",
            "*",
            "|",
            "/",
            "!",
            "a",
            "GRAPH",
            "BIND",
            "AS",
            "VALUES",
            "UNDEF",
            "[",
            "]",
            ";",
            ",",
        ),
        *("{|", "|}", "<<", ">>", "~", "=", "&&", "IN", "-", "_:b", "%", "\u00a0", "é", "·", "\u203f", "_", "SERVICE_", "FROM", "NAMED"),
    ]
)
SHAPES = (
    "SELECT*{0SERVICE1{E}2{?s ?p ?o}3}",
    "SELECT*{0SERVICE1s:x2{?s ?p ?o}3}",
    "ASK{?s <x:p> true0SERVICEs:x1{?s ?p ?o}2}3",
    "ASK{?s <x:p> ?o FILTER(1<20)SERVICE1s:x#>2)3\n{?s ?p ?o}}",
    "ASK{FILTER('0'<'>0')1SERVICE s:x{?s ?p ?o}2#')3}",
    "SELECT*{BIND(0<2)SERVICE1:x2{?s ?p ?o}#>)\n3}",
    "SELECT*0FROM1{G}2{?s ?p ?o}3",
    "SELECT*0FROM1g:2{?s ?p ?o}3",
    "CONSTRUCT0FROM1g:2WHERE{?s ?p ?o}3",
    "DESCRIBE<x:s>0FROM1g:2",
    "SELECT(10<2 AS?x)FROM1g:#>AS ?x)2\n{?s ?p ?o}3",
)


@st.composite
def spellings(draw: st.DrawFn) -> str:
    """A query that may reach out, with a few things between its words and one thing changed, most of them nonsense."""
    shape = draw(st.sampled_from(SHAPES))
    fillings = [draw(st.one_of(BLANKS, BLANKS, st.lists(PIECES, max_size=2).map("".join))) for _ in range(4)]
    text = "".join(fillings[int(part)] if part in "0123" else part for part in shape)
    if draw(st.booleans()):
        place = draw(st.integers(0, len(text)))
        text = text[:place] + draw(PIECES) + text[place + draw(st.integers(0, 1)) :]
    text = draw(BLANKS).join([*draw(PROLOGUE), text])
    return text.swapcase() if draw(st.integers(0, 5)) == 0 else text


@settings(max_examples=1500, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(query=spellings())
def test_nothing_that_passes_reaches_out(engine: Engine, query: str) -> None:
    text = engine.write(query)
    try:
        checked = check_query(text, (), "http://base/")
    except (QueryRefused, QuerySyntaxError):
        return
    assert not engine.reaches_out(checked.text)
    assert not engine.reaches_out(checked.outline)
