"""Indicators that documents print differently and that are one, and those that only look alike."""

from __future__ import annotations

import random
import tomllib
from decimal import Decimal
from pathlib import Path
from urllib.parse import unquote

import pytest

from graph.iris import Iris, fold_name
from graph.name_variants import Variant, compare_names
from graph.sameness import Conclusion, PrintedIndicator, conclude, printed_indicators
from graph.terms import PLAN
from ingest.pipeline import read_documents
from ontology.model import Extraction

TRUTH = tomllib.loads((Path(__file__).parent / "truth" / "sameness.toml").read_text(encoding="utf-8"))
IRIS = Iris()


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("電子決裁率", "電子決裁率", Variant.EQUAL),
        ("ＩＣＴ研修の受講率", "ICT 研修の受講率", Variant.EQUAL),  # widths and blanks
        ("受講者数（累計）", "受講者数(累計)", Variant.EQUAL),  # widths of brackets
        ("職員研修の実施", "職員研修等の実施", Variant.PARTICLE),
        ("口座振替・スマートフォン決済の割合", "口座振替、スマートフォン決済の割合", Variant.PARTICLE),
        ("AI、RPA導入数", "AI及びRPA導入数", Variant.PARTICLE),
        ("相談等実施業務数", "相談等実施業務数（累計）", Variant.REMARK),
        ("文書管理システム電子決裁率", "文書管理システム電子決済率", Variant.LETTER),
        ("重大セキュリティ事故の発生件数", "セキュリティ事故の発生件数", Variant.WORD),
        ("オンライン相談等実施業務数", "オンライン相談等実施事業数", Variant.TWO_LETTERS),
        ("手続数①", "手続数②", None),  # numbers belong to names
        ("第1期の整備率", "第2期の整備率", None),
        ("手続数①", "手続数1", None),
        ("待ち時間（窓口）", "待ち時間（電話）", None),  # two remarks tell two things apart
        ("小学校の端末整備率", "中学校の端末整備率", None),  # opposites
        ("男性職員の育児休業取得率", "女性職員の育児休業取得率", None),
        ("市内の事業所の参加数", "市外の事業所の参加数", None),
        ("研修を受けた職員の人数", "研修を受けた職員の件数", None),
        ("講座の受講者数", "講座の延べ受講者数", None),  # another count
        ("システムの利用率", "システムの未利用率", None),
        ("受診率", "受信率", None),  # too short to be a misprint
        ("オンライン申請の利用率", "オンライン申請に対応した手続の数", None),
    ],
)
def test_how_two_names_differ(one: str, other: str, expected: Variant | None) -> None:
    assert compare_names(one, other) is compare_names(other, one) is expected


def printed(
    name: str, document: str, cells: dict[tuple[str, int], str], *, measure: str | None = None, unit: str = "%"
) -> PrintedIndicator:
    path = ["x:plan", *([measure] if measure and len(name) <= 6 else []), fold_name(name)]
    numbers = tuple((cell, Decimal(value)) for cell, value in cells.items())
    return PrintedIndicator("/".join(path), "x:plan", name, document, measure and f"x:{measure}", unit, numbers, f"x:{document}#L1-1")


BASE, LAST, AIM = ("Baseline", 2021), ("Actual", 2024), ("Target", 2025)
WHOLE = {BASE: "58", LAST: "72", AIM: "100"}


@pytest.mark.parametrize(
    ("one", "other", "joined"),
    [
        (printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "b", WHOLE | {LAST: "64"}), "MisprintedName"),
        (printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "b", {BASE: "0", AIM: "100"}), None),  # 0 and 100 are met by chance
        (printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "b", {BASE: "11", LAST: "12"}), None),
        (printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "b", WHOLE, unit="件"), None),  # another unit
        (printed("文書の電子決裁率", "a", WHOLE, measure="m/1"), printed("文書の電子決済率", "b", WHOLE, measure="m/2"), None),
        (printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "a", WHOLE), None),  # one document prints both
        (printed("職員の研修等の実施", "a", {AIM: "12"}, measure="m/1"), printed("職員の研修の実施", "b", {AIM: "12"}, measure="m/1"), "NameWithoutParticles"),
        (printed("職員の研修等の実施", "a", {AIM: "12"}), printed("職員の研修の実施", "b", {AIM: "12"}), None),
        (printed("講座を受けた人(累計)", "a", {BASE: "186", LAST: "542"}), printed("講座を受けた人", "b", {BASE: "186", LAST: "356"}), None),
        (printed("講座を受けた人(累計)", "a", {BASE: "186", LAST: "542"}), printed("講座を受けた人", "b", {BASE: "186", LAST: "542"}), "NameWithoutRemark"),
        (printed("受診率", "a", WHOLE, measure="m/1"), printed("受診率", "b", WHOLE), "SameNameOfMeasure"),
        (printed("受診率", "a", WHOLE, measure="m/1"), printed("受診率", "b", WHOLE | {LAST: "64"}), "SameNameOfMeasure"),
        (printed("受診率", "a", WHOLE, measure="m/1"), printed("受診率", "b", {BASE: "3"}), None),
        (printed("死傷者の出た事故の発生件数", "a", {BASE: "0", AIM: "0"}, measure="m/1"), printed("事故の発生件数", "b", {BASE: "0", AIM: "0"}, measure="m/1"), None),
        (printed("重大事故の発生件数", "a", {BASE: "0", AIM: "0"}, measure="m/1"), printed("事故の発生件数", "b", {BASE: "0", AIM: "0"}, measure="m/1"), "SameRowOfMeasure"),
        (printed("重大事故の発生件数", "a", {BASE: "0", AIM: "0"}, measure="m/1"), printed("事故の発生件数", "b", {BASE: "0", AIM: "0"}), None),
    ],
)  # fmt: skip
def test_when_two_indicators_are_one(one: PrintedIndicator, other: PrintedIndicator, joined: str | None) -> None:
    rules = [conclusion.rule for conclusion in conclude([one, other]) if conclusion.rule]
    assert rules == ([getattr(PLAN, joined)] if joined else [])
    assert conclude([other, one]) == conclude([one, other])


def test_a_name_that_stands_under_two_measures_says_nothing_about_a_third_document() -> None:
    found = [printed("受診率", "a", WHOLE, measure="m/1"), printed("受診率", "b", WHOLE, measure="m/2"), printed("受診率", "c", WHOLE)]
    assert [conclusion for conclusion in conclude(found) if conclusion.rule] == []


def test_a_third_spelling_does_not_join_what_one_document_tells_apart() -> None:
    found = [printed("文書の電子決裁率", "a", WHOLE), printed("文書の電子決済率", "a", WHOLE), printed("文書の電子決算率", "b", WHOLE)]
    assert len([conclusion for conclusion in conclude(found) if conclusion.rule]) == 1


@pytest.fixture(scope="module")
def extractions(shared: Path) -> list[Extraction]:
    return [extraction for _, result in read_documents(sorted((shared / "seeds").glob("*.txt"))) for extraction in result]


def document_key(extraction: Extraction) -> str:
    _, dash, part = extraction.document.id.partition("-")
    return extraction.document.file_name[:3] + dash + part


def conclusions_of(extractions: list[Extraction]) -> list[Conclusion]:
    return conclude([item for extraction in extractions for item in printed_indicators(extraction, IRIS)])


@pytest.mark.seeds
def test_indicators_of_the_real_documents(extractions: list[Extraction]) -> None:
    found = conclusions_of(extractions)
    chief = {conclusion.one: conclusion.other for conclusion in found if conclusion.rule}
    iris = {
        (document_key(extraction), fold_name(item.name)): chief.get(item.iri, item.iri)
        for extraction in extractions
        for item in printed_indicators(extraction, IRIS)
    }
    for group in TRUTH["same"]:
        assert len({iris[document, fold_name(name)] for document, name in group["indicator"]}) == 1, group
    for group in TRUTH["different"]:
        assert len({iris[document, fold_name(name)] for document, name in group["indicator"]}) == len(group["indicator"]), group
    similar = {frozenset((chief.get(c.one, c.one), chief.get(c.other, c.other))) for c in found if c.rule is None}
    assert similar == {frozenset(iris[document, fold_name(name)] for document, name in group["indicator"]) for group in TRUTH["similar"]}
    # Nothing is joined that the truth does not name.
    joined = {name for group in TRUTH["same"] for _, name in group["indicator"]}
    assert {fold_name(unquote(iri).rpartition("/")[2]) for pair in chief.items() for iri in pair} <= set(map(fold_name, joined))


@pytest.mark.seeds
def test_measures_and_departments_of_the_real_documents(extractions: list[Extraction]) -> None:
    for row in TRUTH["measure"]:
        printed_names = {
            document_key(e): [m.name for m in e.measures if m.number == row["number"]] for e in extractions if e.plan.slug == row["plan"]
        }
        iris = {
            IRIS.element(e.plan, m.path) for e in extractions if e.plan.slug == row["plan"] for m in e.measures if m.number == row["number"]
        }
        assert len(iris) == 1
        assert all(printed_names[document] == [name] for document, name in row["names"])
    for row in TRUTH["departments"]:
        assert len({fold_name(name) for name in row["different"]}) == len(row["different"])


@pytest.mark.seeds
def test_conclusions_do_not_depend_on_the_order_of_documents(extractions: list[Extraction]) -> None:
    expected = conclusions_of(extractions)
    for seed in range(5):
        shuffled = random.Random(seed).sample(extractions, len(extractions))
        assert conclusions_of(shuffled) == expected
