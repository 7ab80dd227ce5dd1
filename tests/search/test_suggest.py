"""Completions of two made-up towns: what is offered, in which order, and how what was typed is marked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.store import OxigraphStore
from ontology.errors import SnapshotError
from search_api.completion_index import CompletionIndex
from search_api.completions import Completion, collect_completions, spell
from search_api.passages import cut_passages
from search_api.suggest import Suggester
from search_api.text_analysis import analyse
from search_api.thesaurus import Concept
from search_api.typed_kana import matching_key
from search_api.unit_reader import read_units
from search_api.units import Unit


def collect(units: list[Unit]) -> list[Completion]:
    passages = cut_passages(units)
    return collect_completions(units, passages, [analyse(passage.indexed_text) for passage in passages])


def over(completions: Iterable[Completion]) -> Suggester:
    return Suggester(CompletionIndex.build(completions))


def offer(*texts: str, **weights: int) -> Suggester:
    """Over these topics, the first the most frequent."""
    return over(Completion(text, "topic", weights.get(text, 2 ** (20 - rank)), spell(text)) for rank, text in enumerate(texts))


def texts_of(suggester: Suggester, typed: str, limit: int = 10) -> list[str]:
    return [suggestion.completion.text for suggestion in suggester.suggest(typed, limit).suggestions]


@pytest.fixture(scope="session")
def units(store: OxigraphStore) -> list[Unit]:
    return read_units(store)


@pytest.fixture(scope="session")
def suggester(units: list[Unit]) -> Suggester:
    return over(collect(units))


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        ("きゃ", "キャッシュレスの推進"),
        ("ｷｬｯｼｭ", "キャッシュレスの推進"),
        ("kya", "キャッシュレスの推進"),
        ("ky", "キャッシュレスの推進"),
        ("キャッシュレスの", "キャッシュレスの推進"),
        ("ぜいむ", "税務課"),
        ("zeim", "税務課"),
        ("まどg", "窓口の改善"),
        ("窓ぐ", "窓口の改善"),
        ("窓口のか", "窓口の改善"),
        ("口の改", "窓口の改善"),  # in the middle
        ("すまほ", None),
        ("ｽﾏｰﾄﾌｫﾝ", "スマートフォン講習会の実施"),
        ("すまとふぉん", "スマートフォン講習会の実施"),  # long vowels
        ("講習", "スマートフォン講習会の実施"),  # a word inside
        ("こうしゅう", "スマートフォン講習会の実施"),
        ("みなとし", "みなと市"),
        ("あおばちょう じょうほう", "あおば町情報化計画"),
        ("手続の数", "キャッシュレスで払える手続の数"),
        ("各課", None),  # no department of its own
    ],
)
def test_names_are_found_however_they_are_typed(suggester: Suggester, typed: str, text: str | None) -> None:
    found = texts_of(suggester, typed)
    assert text in found if text else found == []


@pytest.mark.parametrize(
    ("typed", "texts", "expected"),
    [
        ("窓口", ["総合窓口", "窓口業務"], ["窓口業務", "総合窓口"]),  # what begins with it before what contains it
        ("税", ["納税", "市民税条例", "税"], ["税", "市民税条例", "納税"]),  # then what has a word that begins with it
        ("研修", ["研修計画", "研修"], ["研修計画", "研修"]),  # frequent ones first
        ("ai", ["アイデア", "AI活用"], ["AI活用", "アイデア"]),  # as typed before as romaji
        ("", ["研修"], []),
        ("・", ["研修"], []),
    ],
)
def test_the_most_useful_come_first(typed: str, texts: list[str], expected: list[str]) -> None:
    assert texts_of(offer(*texts), typed) == expected


def test_shorter_ones_come_first_where_frequency_is_alike() -> None:
    assert texts_of(offer("研修計画", "研修", **{"研修計画": 4, "研修": 5}), "研") == ["研修", "研修計画"]


@pytest.mark.parametrize(
    ("text", "typed", "marked"),
    [
        ("窓口の改善", "窓", ["窓"]),
        ("窓口の改善", "まどぐ", ["窓口"]),  # a word half read is marked whole
        ("窓口の改善", "かいぜ", ["改善"]),
        ("AI、RPAの活用", "ai", ["AI"]),
        ("「教育の情報化」の推進", "kyo", ["教育"]),
        ("ｻｰﾊﾞｰの更新", "さば", ["ｻｰﾊﾞ"]),
        ("納付方法", "の", ["納付"]),
    ],
)
def test_what_was_typed_is_marked(text: str, typed: str, marked: list[str]) -> None:
    [suggestion] = offer(text).suggest(typed).suggestions
    assert [text[start:end] for start, end in suggestion.highlights] == marked


def test_another_wording_leads_to_the_word_of_the_plans() -> None:
    suggester = over([Completion("押印の見直し", "concept", 1, spell("押印の見直し"), said=("はんこ",))])
    [suggestion] = suggester.suggest("hank").suggestions
    assert suggestion.completion.text == "押印の見直し"
    assert suggestion.highlights == ()


def test_concepts_are_offered_in_the_words_of_the_plans(units: list[Unit]) -> None:
    concepts = [
        Concept("x:1", ("印鑑の省略", "押印を見直し"), said=("はんこをやめる",)),
        Concept("x:2", ("キャッシュレス",), said=("小銭いらず",)),
        Concept("x:3", ("量子計算機",), said=("すごい計算機",)),
    ]
    passages = cut_passages(units)
    suggester = over(collect_completions(units, passages, [analyse(p.indexed_text) for p in passages], concepts))
    assert texts_of(suggester, "はんこ") == ["押印を見直し"]
    assert texts_of(suggester, "kozeni") == []  # said is matched as it is written
    assert texts_of(suggester, "小銭")[0] == "キャッシュレス"
    assert texts_of(suggester, "すごい") == []  # no plan writes of it


def test_one_text_is_offered_once(units: list[Unit]) -> None:
    """Measures of two municipalities with one name: neither of them is meant."""
    measure = next(unit for unit in units if unit.type == "Measure")
    other = replace(measure, iri=f"{measure.iri}-2", municipality=("990027", "みなと市"))
    [alone] = [c for c in collect([measure]) if c.text == measure.title]
    [together] = [c for c in collect([measure, other]) if c.text == measure.title]
    assert (alone.iri, alone.municipality) == (measure.iri, measure.municipality)
    assert (together.iri, together.municipality) == (None, None)
    assert len({completion.text for completion in collect(units)}) == len(collect(units))


def test_topics_are_compounds_that_stand_in_several_units(units: list[Unit]) -> None:
    base = next(unit for unit in units if unit.type == "Measure")
    titles = ["空き家対策の推進", "空き家対策の見直し", "空き家対策を支える第3号", "移動図書館"] + [f"事業{n}" for n in range(40)]
    many = [
        replace(base, iri=f"x:{number}", title=title, fields=(replace(base.fields[0], text=title),)) for number, title in enumerate(titles)
    ]
    topics = {completion.text for completion in collect(many) if completion.kind == "topic"}
    assert "空き家対策" in topics
    assert topics.isdisjoint({"移動図書館", "事業", "支"})


@given(st.lists(st.text("あいかカーキャ税務課 ・aiKx-(𠮷", min_size=1, max_size=8), max_size=12), st.text("あいかカー税kai 𠮷", max_size=4))
@settings(deadline=None)
def test_as_brute_force_finds(texts: list[str], typed: str) -> None:
    """Every text that contains what was typed is found, one that begins with it before others."""
    distinct = list(dict.fromkeys(texts))
    found = texts_of(over(Completion(text, "topic", 1, spell(text)) for text in distinct), typed, 20)
    key = matching_key(typed)
    assert len(found) == len(set(found))
    if key:
        assert {text for text in distinct if key in matching_key(text)} <= set(found)
        begun = [matching_key(text).startswith(key) for text in found if key in matching_key(text)]
        assert all(first or not any(begun[place:]) or any(begun[:place]) for place, first in enumerate(begun))


def test_the_files_of_an_index_keep_everything(units: list[Unit], suggester: Suggester, tmp_path: Path) -> None:
    suggester.index.save(tmp_path)
    opened = Suggester.open(tmp_path)
    assert list(opened.index.completions) == list(suggester.index.completions)
    for typed in ("き", "ky", "口", "こうしゅう"):
        assert opened.suggest(typed).suggestions == suggester.suggest(typed).suggestions
    names = [path.name for path in sorted(tmp_path.iterdir())]
    written = [(tmp_path / name).read_bytes() for name in names]
    CompletionIndex.build(reversed(collect(units))).save(tmp_path)
    assert [(tmp_path / name).read_bytes() for name in names] == written


@pytest.mark.parametrize("content", [None, b"", b"[{}]", b'{"a": 1}', b"[1]"])
@pytest.mark.parametrize("name", ["completions.json", "completions.npz"])
def test_a_damaged_file_is_told(suggester: Suggester, content: bytes | None, name: str, tmp_path: Path) -> None:
    suggester.index.save(tmp_path)
    (tmp_path / name).unlink() if content is None else (tmp_path / name).write_bytes(content)
    with pytest.raises(SnapshotError, match="取り込みをやり直して"):
        Suggester.open(tmp_path)


def test_nothing_published_suggests_nothing() -> None:
    assert over([]).suggest("窓").suggestions == ()
