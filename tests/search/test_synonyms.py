"""Proposals for the user's own thesaurus: where they come from, what they change, and how they are written."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from keikaku.synonyms import (
    PROPOSED,
    Proposal,
    accept,
    as_turtle,
    choose,
    compare,
    keep_proposals,
    propose,
    read_with,
    with_thesaurus,
)
from ontology.errors import SettingsError
from search_api.query_log import LoggedQuestion
from search_api.search import SearchEngine, SearchRequest
from search_api.thesaurus import OWN, USER_FILE, Thesaurus, ThesaurusError

# Nothing that plans or the built-in thesaurus know.
PLASTIC = Proposal("ぽんぽこする", "キャッシュレス", "title", 3, "ぽんぽこする")


def concepts(thesaurus: Thesaurus) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {concept.iri.removeprefix(OWN): (concept.label, concept.said) for concept in thesaurus.concepts if concept.iri.startswith(OWN)}


def titles(engine: SearchEngine, question: str) -> list[str]:
    return [result["title"] for result in engine.search(SearchRequest(question)).results]


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cache")


def test_an_accepted_wording_finds_what_plans_call_otherwise(engine: SearchEngine, cache: Path, tmp_path: Path) -> None:
    before = with_thesaurus(engine, read_with(tmp_path), cache)
    after = with_thesaurus(engine, read_with(tmp_path, [PLASTIC]), cache)
    assert "キャッシュレスの推進" not in titles(before, "ぽんぽこする")[:1]
    assert titles(after, "ぽんぽこする")[0] == "キャッシュレスの推進"
    [change] = compare(before, after, ["ぽんぽこする", "スマートフォン講習会の実施"])
    assert change.question == "ぽんぽこする"
    assert change.after[1] == "キャッシュレスの推進"


def test_wordings_of_several_words_stand_for_every_word_of_the_plans(engine: SearchEngine, cache: Path, tmp_path: Path) -> None:
    wording = Proposal("ぽちっと教わる", "スマートフォン教室", "near", 2, "ぽちっと教わる")
    after = with_thesaurus(engine, read_with(tmp_path, [wording]), cache)
    assert titles(after, "ぽちっと教わるには")[0] == "スマートフォン講習会の実施"


def test_what_the_user_did_not_say_is_answered_as_before(engine: SearchEngine, cache: Path, tmp_path: Path) -> None:
    questions = ["キャッシュレス", "紙の書類を減らす", "庁舎の屋根", "量子力学"]
    before = with_thesaurus(engine, read_with(tmp_path), cache)
    after = with_thesaurus(engine, read_with(tmp_path, [PLASTIC]), cache)
    assert [titles(before, question)[:1] for question in questions] == [titles(after, question)[:1] for question in questions]


def test_proposals_are_words_of_the_plans_for_questions_that_find_nothing(engine: SearchEngine) -> None:
    logged = [
        LoggedQuestion("量子計算機の見学", 4, "zero", "", "2026-04-01"),
        LoggedQuestion("キャッシュレスの推進", 9, "low", "", "2026-04-01"),
    ]
    proposals = propose(engine, logged)
    texts = " ".join(field.text for unit in engine.index.units for field in unit.fields)
    assert proposals
    assert {proposal.example for proposal in proposals} == {"量子計算機の見学"}  # what is answered by now needs none
    for proposal in proposals:
        assert proposal.said in "量子計算機の見学"
        assert proposal.plan in texts
        assert proposal.count == 4
    assert propose(engine, reversed(logged)) == proposals


def test_without_vectors_only_spelling_is_proposed(word_engine: SearchEngine, cache: Path, tmp_path: Path) -> None:
    assert all(p.source == "spelling" for p in propose(word_engine, [LoggedQuestion("量子計算機", 4, "zero", "", "2026-04-01")]))
    with pytest.raises(SettingsError, match="意味の索引が無い"):
        with_thesaurus(word_engine, read_with(tmp_path), cache)


def test_what_is_accepted_is_added_and_nothing_else_changes(tmp_path: Path) -> None:
    own = tmp_path / USER_FILE
    own.write_text(
        '# 課の言葉\n@prefix skos: <http://www.w3.org/2004/02/skos/core#> .\n<x:a> skos:prefLabel "出前講座" . # 残す', encoding="utf-8"
    )
    before = own.read_bytes()
    accept(tmp_path, [PLASTIC])
    accept(tmp_path, [Proposal("かざすだけ", "キャッシュレス", "near", 2, ""), Proposal("印鑑レス", "押印の見直し", "near", 2, "")])
    assert own.read_bytes().startswith(before)
    assert concepts(read_with(tmp_path)) == {
        "キャッシュレス": ("キャッシュレス", ("ぽんぽこする", "かざすだけ")),
        "押印の見直し": ("押印の見直し", ("印鑑レス",)),
    }
    assert "出前講座" in [concept.label for concept in read_with(tmp_path).concepts]


def test_what_is_tried_is_what_would_be_accepted(tmp_path: Path) -> None:
    tried = read_with(tmp_path, [PLASTIC])
    assert not (tmp_path / USER_FILE).exists()
    accept(tmp_path, [PLASTIC])
    assert read_with(tmp_path) == tried


def test_a_file_that_cannot_be_read_is_not_touched(tmp_path: Path) -> None:
    own = tmp_path / USER_FILE
    own.write_text("これは Turtle ではない", encoding="utf-8")
    with pytest.raises(ThesaurusError, match=USER_FILE):
        accept(tmp_path, [PLASTIC])
    assert own.read_text(encoding="utf-8") == "これは Turtle ではない"


@given(st.text(min_size=1, max_size=12), st.text(min_size=1, max_size=12))
@settings(deadline=None)
def test_any_text_can_be_written(tmp_path_factory: pytest.TempPathFactory, said: str, plan: str) -> None:
    said, plan = (text.encode("utf-8", "ignore").decode() or "語" for text in (said, plan))
    path = tmp_path_factory.mktemp("turtle") / "t.ttl"
    path.write_bytes(as_turtle([Proposal(said, plan, "near", 1, "")], Thesaurus(())).encode())
    [concept] = Thesaurus.read([path]).concepts
    assert (concept.label, concept.said) == (plan, (said,))


def test_numbers_stand_for_what_was_proposed_last(tmp_path: Path) -> None:
    other = Proposal("印鑑レス", "押印", "near", 1, "印鑑レス")
    keep_proposals(tmp_path, [PLASTIC, other])
    assert choose(tmp_path, []) == [PLASTIC, other]
    assert choose(tmp_path, [2]) == [other]
    with pytest.raises(SettingsError, match="1 から 2 まで"):
        choose(tmp_path, [3])


@pytest.mark.parametrize("content", [None, b"", b"{}", b"[1]", b'[{"said": "a"}]'])
def test_without_proposals_the_way_to_them_is_told(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / PROPOSED).write_bytes(content)
    if content == b"{}":
        assert choose(tmp_path, []) == []
        return
    with pytest.raises(SettingsError, match="synonyms propose"):
        choose(tmp_path, [])
