from __future__ import annotations

import importlib.util
import json
import math
from pathlib import Path

import numpy as np
import pytest

from ontology.errors import SettingsError
from search_api.bootstrap import bootstrap_intervals
from search_api.evaluation import GradedQuestion, evaluate, read_questions
from search_api.mode_comparison import MODES, compare_modes
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
    row = {"n": 1, "nDCG@10": 1.0, "recall@10": 1.0, "MRR@10": 1.0, "success@1": 1.0, "ci95": {}}
    assert evaluate(questions, word_engine.rank_units).to_json() == {
        "overall": row,
        "by_type": {"keyword": row},
        "no_answer": {"n": 1, "empty": 1},
    }


def test_every_mode_of_the_engine_is_compared(engine: SearchEngine) -> None:
    iri = f"{BASE}id/990019/plan/%E6%83%85%E5%A0%B1%E5%8C%96%E8%A8%88%E7%94%BB-2026/measure/1"
    questions = [
        GradedQuestion("1", "キャッシュレス", "keyword", {iri: 2}),
        GradedQuestion("2", "現金を使わない支払い", "paraphrase", {iri: 2}),
    ]
    comparison = compare_modes(questions, engine.rank_units)
    assert list(comparison.evaluations) == ["hybrid", "keyword", "semantic"]
    for mode in MODES:
        assert comparison.figures(mode).ndcg == evaluate(questions, lambda text, mode=mode: engine.rank_units(text, mode)).overall.ndcg
    assert comparison.figures("keyword", "keyword").success == 1


def test_kinds_that_are_not_graded_are_passed_over_but_break_the_silence() -> None:
    questions = [GradedQuestion("1", "有る", "a", {"m": 2}), GradedQuestion("2", "無い", "b", {})]
    result = evaluate(questions, lambda text: ["prose", "m"] if text == "有る" else ["prose"], graded=lambda iri: iri != "prose")
    assert (result.overall.ndcg, result.silent) == (1.0, 0)


def test_intervals_hold_the_mean_and_are_always_the_same() -> None:
    values = np.random.default_rng(0).random((40, 4))
    intervals = bootstrap_intervals(values)
    assert intervals == bootstrap_intervals(values)
    for (low, high), mean, deviation in zip(intervals, values.mean(axis=0), values.std(axis=0), strict=True):
        assert low < mean < high
        assert high - low == pytest.approx(2 * 1.96 * deviation / math.sqrt(40), rel=0.15)  # what the normal distribution says


def test_intervals_of_few_questions() -> None:
    assert bootstrap_intervals(np.ones((1, 4))) == bootstrap_intervals(np.ones((0, 4))) == []
    assert bootstrap_intervals(np.full((5, 2), 0.5)) == [(0.5, 0.5), (0.5, 0.5)]


def test_differences_are_paired() -> None:
    """A mode that is better by the same amount on every question is so for certain, however much the questions differ."""
    questions = [GradedQuestion(str(n), str(n), "even" if n % 2 == 0 else "odd", {"a": 2}) for n in range(10)]
    rankings = {"hybrid": ["a"], "keyword": ["x", "a"]}
    comparison = compare_modes(questions, lambda text, mode: rankings[mode], ["hybrid", "keyword"])
    gain = comparison.gain("keyword", "even")
    assert gain.count == 5
    assert gain.mrr == 0.5
    assert gain.intervals["MRR@10"] == (0.5, 0.5)
    assert comparison.to_json()["differences"]["hybrid-keyword"]["by_type"]["odd"]["MRR@10"] == 0.5
    rows = list(comparison.rows())
    assert {"type": "", "mode": "hybrid-keyword", "measure": "MRR@10", "n": 10, "value": 0.5, "low": 0.5, "high": 0.5} in rows
    assert rows[-1] == {"type": "no_answer", "mode": "keyword", "measure": "empty", "n": 0, "value": 0, "low": None, "high": None}


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


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{}",
        "[1]",
        '[{"id": "1"}]',
        '[{"id":"1","query":"q","type":"t","relevant":{"nobody/1":2}}]',
        '[{"id":"1","query":" ","type":"t","relevant":{}}]',
        '[{"id":"1","query":3,"type":"t","relevant":{}}]',
    ],
)
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
