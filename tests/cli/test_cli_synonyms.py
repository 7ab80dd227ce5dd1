"""``keikaku report`` and ``keikaku synonyms``: from questions without an answer to wordings of the user's own."""

from __future__ import annotations

import json
import shutil
from datetime import date
from pathlib import Path

import pytest
from small_plan import Keikaku

from keikaku.synonyms import PROPOSED, Proposal, keep_proposals
from search_api import query_log
from search_api.query_log import Unanswered
from search_api.settings import QUERY_LOG
from search_api.thesaurus import USER_FILE

DAY = date(2026, 4, 1)


@pytest.fixture
def data(town: Path, tmp_path: Path) -> Path:
    """The example town with a log."""
    copy = shutil.copytree(town, tmp_path / "data", symlinks=True)
    asked = ["量子計算機の見学"] * 3 + ["一度きりの問い", "山田太郎の住民票"]
    query_log.write(copy / QUERY_LOG, [Unanswered(question, "zero") for question in asked], DAY)
    return copy


def test_the_report_shows_what_was_asked_more_than_once(keikaku: Keikaku, data: Path) -> None:
    lines = keikaku("report", "--data", data).out.splitlines()
    start = lines.index("■ 答えの見つからなかった問い")
    assert lines[start + 1 : start + 5] == [
        "   3 回 量子計算機の見学（答えなし、最後は 2026-04-01）",
        "   一度だけの問い 1 件は --all で",
        "   個人に関わるおそれがあるため、数えるだけで書かなかった問い 1 回",
        "   言い換えの提案: keikaku synonyms propose",
    ]
    every = keikaku("report", "--all", "--data", data)
    assert "1 回 一度きりの問い" in every.out
    assert "山田" not in every.out


def test_the_report_as_json_has_the_questions(keikaku: Keikaku, data: Path) -> None:
    report = json.loads(keikaku("report", "--data", data, "--format", "json").out)
    assert [(question["text"], question["count"]) for question in report["unanswered"]] == [("量子計算機の見学", 3)]
    assert report["withheld"] == 1


def test_a_report_without_a_log_is_as_before(keikaku: Keikaku, town: Path) -> None:
    assert "答えの見つからなかった問い" not in keikaku("report", "--data", town).out


def test_proposals_are_kept_under_their_numbers(keikaku: Keikaku, data: Path) -> None:
    run = keikaku("synonyms", "propose", "--data", data, "--format", "json")
    assert run.code == 0
    proposals = json.loads(run.out)
    assert [proposal["number"] for proposal in proposals] == list(range(1, len(proposals) + 1))
    assert len(json.loads((data / PROPOSED).read_bytes())) == len(proposals)
    assert keikaku("synonyms", "propose", "--data", data).code == 0


def test_accepted_proposals_are_written(keikaku: Keikaku, data: Path) -> None:
    keep_proposals(data, [Proposal("判子いらず", "押印の見直し", "near", 2, "判子いらず"), Proposal("かざす", "決済", "near", 1, "かざす")])
    run = keikaku("synonyms", "accept", "1", "--data", data)
    assert run.code == 0
    assert "1 件を書き足しました" in run.out
    written = (data / USER_FILE).read_text(encoding="utf-8")
    assert 'skos:hiddenLabel "判子いらず"@ja' in written
    assert "かざす" not in written


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["accept", "1"], "先に keikaku synonyms propose"),
        (["try"], "先に keikaku synonyms propose"),
        (["accept"], "引数が足りません: 番号"),
        (["accept", "一"], "1 以上の整数"),
        ([], "引数が足りません: コマンド"),
    ],
)
def test_wrong_use_is_told(keikaku: Keikaku, data: Path, arguments: list[str], message: str) -> None:
    run = keikaku("synonyms", *arguments, *(["--data", data] if arguments else []))
    assert run.code == 2
    assert message in run.err


def test_an_index_of_words_alone_cannot_try(keikaku: Keikaku, data: Path) -> None:
    keep_proposals(data, [Proposal("判子いらず", "押印の見直し", "near", 2, "判子いらず")])
    run = keikaku("synonyms", "try", "--data", data)
    assert run.code == 2
    assert "意味の索引が無い" in run.err


@pytest.mark.model
def test_what_a_proposal_changes_is_shown_before_it_is_accepted(keikaku: Keikaku, tmp_path: Path) -> None:
    data = tmp_path / "data"
    examples = Path(__file__).resolve().parents[2] / "examples"
    assert keikaku("ingest", examples, "--data", data).code == 0
    query_log.write(data / QUERY_LOG, [Unanswered("ぴぽぱの練習", "zero")] * 2, DAY)
    keep_proposals(data, [Proposal("ぴぽぱの練習", "スマートフォン", "near", 2, "ぴぽぱの練習")])
    run = keikaku("synonyms", "try", "1", "--data", data, "--format", "json")
    assert run.code == 0
    answer = json.loads(run.out)
    [change] = answer["changes"]
    assert change["before"] != change["after"]
    assert "スマートフォン" in change["after"]["first"]
    assert answer["before"]["overall"]["n"] == answer["after"]["overall"]["n"] == 18
    table = keikaku("synonyms", "try", "--data", data)
    assert "ぴぽぱの練習: " in table.out
    assert "nDCG@10" in table.out
    assert not (data / USER_FILE).exists()
    assert keikaku("synonyms", "accept", "1", "--data", data).code == 0
    assert keikaku("ingest", examples, "--data", data).code == 0
    assert "スマートフォン" in keikaku("search", "ぴぽぱの練習", "--data", data).out.splitlines()[0]
