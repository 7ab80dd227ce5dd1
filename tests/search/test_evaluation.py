from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path

import pytest

from ontology.errors import SettingsError
from search_api.evaluation import GradedQuestion, evaluate, read_questions
from search_api.search import SearchEngine

BASE = "http://localhost:8000/"


def test_figures_by_hand() -> None:
    question = GradedQuestion("q", "問い", "keyword", {"a": 2, "b": 1, "c": 1})
    result = evaluate([question], lambda text: ["x", "b", "a"])
    gain = 1 / math.log2(3) + 3 / math.log2(4)
    ideal = 3 + 1 / math.log2(3) + 1 / math.log2(4)
    assert result.overall.ndcg == pytest.approx(gain / ideal)
    assert (result.overall.recall, result.overall.mrr, result.overall.success) == (pytest.approx(2 / 3), 0.5, 0.0)


def test_the_engine_is_measured(word_engine: SearchEngine) -> None:
    iri = f"{BASE}id/990019/plan/%E6%83%85%E5%A0%B1%E5%8C%96%E8%A8%88%E7%94%BB-2026/measure/1"
    questions = [GradedQuestion("1", "キャッシュレス", "keyword", {iri: 2}), GradedQuestion("2", "将棋の定跡", "no-answer", {})]
    assert evaluate(questions, word_engine.rank_units).to_json() == {
        "overall": {"n": 1, "nDCG@10": 1.0, "recall@10": 1.0, "MRR@10": 1.0, "success@1": 1.0},
        "by_type": {"keyword": {"n": 1, "nDCG@10": 1.0, "recall@10": 1.0, "MRR@10": 1.0, "success@1": 1.0}},
        "no_answer": {"n": 1, "empty": 1},
    }


def test_silence_is_counted_apart() -> None:
    questions = [GradedQuestion("1", "無い", "no-answer", {}), GradedQuestion("2", "有る", "no-answer", {})]
    result = evaluate(questions, lambda text: [] if text == "無い" else ["a"])
    assert (result.unanswerable, result.silent, result.overall.count) == (2, 1, 0)


def test_only_the_first_ten_count_and_repeats_once() -> None:
    question = GradedQuestion("q", "問い", "keyword", {"late": 2})
    assert evaluate([question], lambda text: [*"abcdefghij", "late"]).overall.ndcg == 0
    assert evaluate([question], lambda text: [*"aaaaaaaaaaaa", "late"]).overall.mrr == 0.5


def test_units_are_named_in_the_file(tmp_path: Path) -> None:
    path = tmp_path / "q.json"
    query = {"id": "1", "query": "税", "type": "keyword", "relevant": {"one": 2, "two": 1, f"{BASE}id/x": 1}}
    path.write_text(json.dumps({"units": {"one": "990019/plan/a/measure/1", "two": "https://e.jp/2"}, "queries": [query]}))
    [question] = read_questions(path, BASE)
    assert question.relevant == {f"{BASE}id/990019/plan/a/measure/1": 2, "https://e.jp/2": 1, f"{BASE}id/x": 1}


@pytest.mark.parametrize("content", ["", "{}", "[1]", '[{"id": "1"}]', '[{"id":"1","query":"q","type":"t","relevant":{"nobody/1":2}}]'])
def test_wrong_files_are_refused(tmp_path: Path, content: str) -> None:
    path = tmp_path / "q.json"
    path.write_text(content)
    with pytest.raises(SettingsError, match="問いのファイルではありません"):
        read_questions(path, BASE)
    with pytest.raises(SettingsError, match="読めません"):
        read_questions(tmp_path / "none.json", BASE)


@pytest.mark.seeds
def test_the_same_figures_as_the_reference_script(shared: Path) -> None:
    spec = importlib.util.spec_from_file_location("score", shared / "queries" / "score.py")
    assert spec is not None
    assert spec.loader is not None
    score = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(score)
    queries = json.loads((shared / "queries" / "dev_queries.json").read_text(encoding="utf-8"))
    run = {q["id"]: [*list(q["relevant"])[::2], "another", *list(q["relevant"])[1::2]] for q in queries}
    reference = score.score_run(queries, run)["overall"]
    texts = {q["query"]: q["id"] for q in queries}
    ours = evaluate([GradedQuestion(q["id"], q["query"], q["type"], q["relevant"]) for q in queries], lambda text: run[texts[text]]).overall
    assert (ours.ndcg, ours.recall, ours.mrr, ours.success) == pytest.approx(
        [reference[name] for name in ("nDCG@10", "R@10", "MRR@10", "S@1")]
    )
