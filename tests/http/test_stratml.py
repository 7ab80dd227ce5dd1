"""StratML of every plan: the form of ISO 17469-2, and what the lists say of the plan."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from fastapi.testclient import TestClient
from lxml import etree

GRAMMAR = etree.RelaxNG(etree.parse(Path(__file__).parents[1] / "graph" / "stratml.rng"))
N = {"s": "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"}


def read_all(client: TestClient) -> dict[str, etree._Element]:
    plans = client.get("/api/plans?limit=1000").json()["plans"]
    answers = {plan["iri"]: client.get(urlsplit(plan["iri"]).path + ".stratml.xml") for plan in plans}
    assert all(answer.history[0].status_code == 303 for answer in answers.values())
    assert {answer.headers["content-type"].partition(";")[0] for answer in answers.values()} == {"application/xml"}
    return {iri: etree.fromstring(answer.content) for iri, answer in answers.items()}


@pytest.fixture(scope="module")
def plans(client: TestClient) -> dict[str, etree._Element]:
    return read_all(client)


def test_every_plan_has_the_form_of_the_standard(plans: dict[str, etree._Element]) -> None:
    for iri, plan in plans.items():
        GRAMMAR.assertValid(plan), iri
        identifiers = plan.xpath("//s:Identifier/text()", namespaces=N)
        assert len(set(identifiers)) == len(identifiers), iri


def test_the_grammar_refuses_what_is_wrong(plans: dict[str, etree._Element]) -> None:
    plan = etree.fromstring(etree.tostring(next(iter(plans.values()))))
    goal = plan.find(".//s:Goal", N)
    goal.remove(goal.find("s:Description", N))
    assert not GRAMMAR.validate(plan)


def test_measures_are_objectives_with_their_departments(client: TestClient, plans: dict[str, etree._Element]) -> None:
    for iri, plan in plans.items():
        measures = client.get("/api/measures", params={"plan": iri, "limit": 1000}).json()["measures"]
        objectives = {o.findtext("s:OtherInformation", namespaces=N): o for o in plan.iterfind(".//s:Objective", N)}
        assert set(objectives) == {measure["iri"] for measure in measures}
        for measure in measures:
            objective = objectives[measure["iri"]]
            assert objective.findtext("s:Name", namespaces=N) == measure["title"]
            told = Counter((d["name"], {"responsible": "担当", "involved": "関わる部署"}[d["role"]]) for d in measure["departments"])
            stakeholders = objective.iterfind("s:Stakeholder", N)
            assert Counter((s.findtext("s:Name", namespaces=N), s.findtext("s:Role/s:Name", namespaces=N)) for s in stakeholders) == told


def test_figures_are_results(client: TestClient, plans: dict[str, etree._Element]) -> None:
    compared = 0
    for iri, plan in plans.items():
        for indicator in client.get("/api/indicators", params={"plan": iri, "limit": 1000}).json()["indicators"]:
            shown = [
                p
                for p in plan.iterfind(".//s:PerformanceIndicator", N)
                if p.xpath("s:OtherInformation/text()", namespaces=N)[0].endswith(indicator["iri"])
            ]
            if not shown:
                continue
            found = [r.findtext("s:Description", namespaces=N).partition("（")[0] for r in shown[0].iterfind(".//s:TargetResult", N)]
            assert sorted(found) == sorted(o["text"].partition("（")[0] for o in indicator["observations"] if o["role"] == "Target")
            compared += len(found)
    assert compared > 5


@pytest.mark.parametrize("path", ["/data/999999/plan/x.stratml.xml", "/data/999997.stratml.xml"])
def test_only_plans_have_it(client: TestClient, path: str) -> None:
    assert client.get(path).status_code == 404


def test_the_page_of_a_plan_offers_it(client: TestClient, plans: dict[str, etree._Element]) -> None:
    path = urlsplit(next(iter(plans))).path.removeprefix("/id")
    assert f'href="/data{path}.stratml.xml"' in client.get(f"/page{path}").text
