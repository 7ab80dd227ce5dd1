"""Runs a test as a client would, over HTTP, and grades it."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx

from benchmarks.w3c.comparison import Result, read_expected, read_result, same_result
from benchmarks.w3c.manifests import EVALUATION, SYNTAX, HttpRequest, W3CTest
from benchmarks.w3c.service import Service

KNOWN_FAILURES = Path(__file__).resolve().parents[2] / "tests" / "w3c" / "known_failures.toml"
SD = "http://www.w3.org/ns/sparql-service-description#"
TABLES = ("application/sparql-results+json", "application/sparql-results+xml")
GRAPHS = ("text/turtle", "application/n-triples")
_EXPECTED_FORMATS = {
    "boolean": TABLES,
    "tabular": (*TABLES, "text/csv", "text/tab-separated-values"),
    "RDF": (*GRAPHS, "application/rdf+xml", "application/ld+json"),
}


@dataclass(frozen=True, slots=True)
class Outcome:
    """``grade`` is "pass", "equal" (all values are equal, but not all are written alike) or "fail"; ``detail`` says what came instead."""

    test: W3CTest
    grade: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """``grade`` as observed; ``cause`` is "engine", "ours" or "test"."""

    test: str
    grade: str
    cause: str
    reason: str


def read_known_failures() -> dict[str, KnownFailure]:
    """By the name of the test."""
    entries = tomllib.loads(KNOWN_FAILURES.read_text(encoding="utf-8"))["failure"]
    return {test: KnownFailure(test, entry["grade"], entry["cause"], entry["reason"]) for entry in entries for test in entry["tests"]}


def run_test(test: W3CTest, service: Service, client: httpx.Client) -> Outcome:
    service.dataset.use(test.data)
    if test.kind in SYNTAX:
        return _run_syntax(test, service, client)
    if test.kind in EVALUATION:
        return _run_evaluation(test, service, client)
    if test.kind == "ProtocolTest":
        faults = [fault for request in test.requests if (fault := _find_protocol_fault(request, service, client))]
    else:
        faults = list(_description_faults(test, service, client))
    return Outcome(test, "fail" if faults else "pass", "; ".join(faults))


def _run_syntax(test: W3CTest, service: Service, client: httpx.Client) -> Outcome:
    # As bytes: some of the texts are no UTF-8.
    text = f"BASE <{test.base}>\n".encode() + test.query.read_bytes()
    answer = client.post(service.endpoint, content=text, headers={"Content-Type": "application/sparql-query"})
    rejected = answer.status_code != 200
    if rejected and answer.json()["type"].endswith("/unsupported-query"):
        rejected = False  # read, but a function that it calls does not exist anywhere
    passed = rejected is not SYNTAX[test.kind]
    return Outcome(test, "pass" if passed else "fail", "" if passed else _show(answer))


def _run_evaluation(test: W3CTest, service: Service, client: httpx.Client) -> Outcome:
    """Ask once in each common format: by GET in the first, by form in the second."""
    expected = read_expected(test.result, test.result_base)
    text = f"BASE <{test.base}>\n" + test.query.read_text(encoding="utf-8")
    if test.result.suffix in (".csv", ".tsv"):
        formats = ["text/csv" if test.result.suffix == ".csv" else "text/tab-separated-values"]
    else:
        formats = GRAPHS if isinstance(expected, set) else TABLES
    grades = []
    for number, media_type in enumerate(formats):
        sent = {"data": {"query": text}} if number else {"params": {"query": text}}
        answer = client.request("POST" if number else "GET", service.endpoint, headers={"Accept": media_type}, **sent)
        if answer.status_code != 200:
            return Outcome(test, "fail", _show(answer))
        found = read_result(answer.content, _media_type(answer))
        grades.append(_grade(expected, found, test.lax))
        if grades[-1] == "fail":
            return Outcome(test, "fail", f"expected {_shorten(expected)}, found {_shorten(found)}")
    return Outcome(test, "equal" if "equal" in grades else "pass")


def _grade(expected: Result, found: Result, lax: bool) -> str:
    if same_result(expected, found, by_value=False, lax=lax):
        return "pass"
    return "equal" if same_result(expected, found, by_value=True, lax=lax) else "fail"


def _find_protocol_fault(request: HttpRequest, service: Service, client: httpx.Client) -> str:
    url = service.endpoint + request.path.removeprefix("/sparql/")
    answer = client.request(request.method, url, content=request.body, headers=dict(request.headers))
    status = str(answer.status_code)
    if request.statuses and not any(re.fullmatch(wanted.replace("x", r"\d"), status) for wanted in request.statuses):
        return f"expected {request.statuses}: {_show(answer)}"
    if request.boolean is not None and read_result(answer.content, _media_type(answer)) is not request.boolean:
        return f"expected {request.boolean}: {_show(answer)}"
    if request.format and _media_type(answer) not in _EXPECTED_FORMATS[request.format]:
        return f"expected a format for {request.format}: {_show(answer)}"
    return ""


def _description_faults(test: W3CTest, service: Service, client: httpx.Client) -> Iterator[str]:
    answer = client.get(service.endpoint, headers={"Accept": "text/turtle"})
    triples = read_result(answer.content, _media_type(answer))
    services = {triple.subject for triple in triples if getattr(triple.object, "value", "") == SD + "Service"}
    endpoints = {(triple.subject, triple.object.value) for triple in triples if triple.predicate.value == SD + "endpoint"}
    match test.name.rpartition("/")[2]:
        case "returns-rdf" if not triples:
            yield "no triples"
        case "has-endpoint-triple" if service.endpoint not in {address for _, address in endpoints}:
            yield f"no sd:endpoint <{service.endpoint}>: {endpoints}"
        case "conforms-to-schema" if not services or {subject for subject, _ in endpoints} != services:
            yield "sd:Service and sd:endpoint do not belong together"


def _media_type(answer: httpx.Response) -> str:
    return answer.headers.get("content-type", "").partition(";")[0]


def _show(answer: httpx.Response) -> str:
    return f"HTTP {answer.status_code} {answer.text[:300]}"


def _shorten(result: Result) -> str:
    return str(result)[:300]
