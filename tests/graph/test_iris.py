"""IRIs follow from what is printed and from nothing else."""

from __future__ import annotations

import pytest
from town import AOBA, PLAN

from graph.iris import Iris, encode_segment, fold_name
from ontology.errors import SettingsError

IRIS = Iris("http://plans.example/")
ENCODED_PLAN = "%E6%83%85%E5%A0%B1%E5%8C%96%E8%A8%88%E7%94%BB-2026"  # 情報化計画-2026


@pytest.mark.parametrize(
    ("minted", "expected"),
    [
        (IRIS.municipality("990019"), "id/990019"),
        (IRIS.plan(PLAN), f"id/990019/plan/{ENCODED_PLAN}"),
        (IRIS.element(PLAN, ("measure", "4")), f"id/990019/plan/{ENCODED_PLAN}/measure/4"),
        (IRIS.element(PLAN, ("policy", "1", "measure", "1-2")), f"id/990019/plan/{ENCODED_PLAN}/policy/1/measure/1-2"),
        (IRIS.activity(PLAN, ("measure", "4"), "abcd-2", 7), f"id/990019/plan/{ENCODED_PLAN}/measure/4/activity/abcd-2/7"),
        (IRIS.effect(PLAN, ("measure", "4"), "abcd", 1), f"id/990019/plan/{ENCODED_PLAN}/measure/4/effect/abcd/1"),
        (IRIS.department(AOBA, "税務課"), "id/990019/department/%E7%A8%8E%E5%8B%99%E8%AA%B2"),
        (
            IRIS.department(AOBA, "ＩＣＴ 推進担当"),
            IRIS.department(AOBA, "ICT推進担当").removeprefix(IRIS.base),
        ),  # one department, two spellings
        (IRIS.department(AOBA, "A/B課"), "id/990019/department/A%2FB%E8%AA%B2"),  # a slash is no path
        (IRIS.indicator(PLAN, "手続数①"), f"id/990019/indicator/{ENCODED_PLAN}/%E6%89%8B%E7%B6%9A%E6%95%B0%E2%91%A0"),
        (IRIS.indicator(PLAN, "件数", ("measure", "4")), f"id/990019/indicator/{ENCODED_PLAN}/measure/4/%E4%BB%B6%E6%95%B0"),
        (IRIS.observation("x:i", "abcd", "2024-actual"), "x:i/abcd/2024-actual"),
        (IRIS.document("abcd-2"), "id/document/abcd-2"),
        (IRIS.passage("abcd-2", 3), "id/document/abcd-2/passage/3"),
        (IRIS.quotation("abcd-2", 10, 12), "id/document/abcd-2#L10-12"),
        (IRIS.framework("dx", "1.0"), "id/framework/dx/1.0"),
        (IRIS.vocabulary_graph, "graph/vocabulary"),
        (IRIS.frameworks_graph, "graph/frameworks"),
        (IRIS.derived_graph, "graph/derived"),
    ],
)
def test_iris_have_the_form_of_the_contract(minted: str, expected: str) -> None:
    assert minted.removeprefix(IRIS.base) == expected


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("ＩＣＴ推進担当", "ICT推進担当"),  # full-width letters
        ("国保 年金課\u3000", "国保年金課"),  # a blank left by a line break
        ("件数（累計）", "件数(累計)"),  # brackets of both widths
        ("手続数①", "手続数①"),  # NFKC would give 手続数1
        ("手続数1", "手続数1"),
        ("カ\u3099ス", "ガス"),  # a combining mark
        ("ｶﾞｽ㈱", "ガス(株)"),  # half-width kana and other compatibility characters are spelled out
    ],
)
def test_names_that_are_printed_differently_are_one(name: str, folded: str) -> None:
    assert fold_name(name) == folded


@pytest.mark.parametrize(
    ("text", "segment"), [("a.b-c_d~e", "a.b-c_d~e"), ("..", "-"), (".", "-"), ("", "-"), ("a#b?c", "a%23b%3Fc"), ("%", "%25")]
)
def test_a_segment_never_leaves_its_place(text: str, segment: str) -> None:
    assert encode_segment(text) == segment


@pytest.mark.parametrize("base", ["http://plans.example/", "https://town.lg.jp/keikaku/", "http://localhost:8000/"])
def test_a_base_ends_with_a_slash(base: str) -> None:
    assert Iris(base).municipality("131075") == f"{base}id/131075"


@pytest.mark.parametrize(
    "base", ["", "localhost:8000/", "http://plans.example", "http://plans.example/a", "http://a b/", "http://a/?q=/", "urn:x/"]
)
def test_a_wrong_base_is_named(base: str) -> None:
    with pytest.raises(SettingsError, match="KEIKAKU_BASE_IRI"):
        Iris(base)
