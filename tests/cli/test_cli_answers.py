"""``keikaku search``, ``owners``, ``sparql``, ``report``, ``export``: the answers as table, JSON and CSV."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from small_plan import Keikaku

from keikaku.line_shares import KINDS

INDICATORS = Path(__file__).resolve().parents[2] / "graph" / "queries" / "example-1-indicators.rq"


def rows(text: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(text)))


def test_search_names_the_measure_its_departments_and_the_place(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("search", "ふるさと納税", "--data", town)
    assert run.code == 0
    assert run.out.startswith("1. ふるさと納税の返礼品の開発（施策6）")
    assert "担当: 商工観光課、農政課" in run.out
    assert "wakabano-gyokaku-r6.txt" in run.out
    assert "行" in run.out


def test_search_as_json_has_the_shape_of_the_contract(keikaku: Keikaku, town: Path) -> None:
    answer = json.loads(keikaku("search", "ふるさと納税", "--data", town, "--format", "json", "--limit", "1").out)
    assert {"query", "mode", "total", "took_ms", "understood", "results", "facets"} <= answer.keys()
    [result] = answer["results"]
    assert {"iri", "type", "title", "number", "level", "plan", "municipality", "departments", "score", "matches"} <= result.keys()
    assert result["matches"][0]["source"]["file"] == "wakabano-gyokaku-r6.txt"


def test_search_as_csv_has_a_row_for_each_match(keikaku: Keikaku, town: Path) -> None:
    found = rows(keikaku("search", "避難所", "--data", town, "--format", "csv").out)
    assert found[0]["rank"] == "1"
    assert all(row["file"] and int(row["first_line"]) <= int(row["last_line"]) for row in found if row["text"])


def test_search_filters(keikaku: Keikaku, town: Path) -> None:
    found = rows(keikaku("search", "避難所", "--data", town, "--department", "教育総務課", "--format", "csv").out)
    assert found
    assert all("教育総務課" in row["departments"] for row in found)
    assert rows(keikaku("search", "避難所", "--data", town, "--municipality", "板橋区", "--format", "csv").out) == []


def test_a_question_without_an_answer_gets_a_hint(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("search", "量子力学", "--data", town)
    assert run.code == 0
    assert run.out.strip()
    assert "1. " not in run.out


def test_semantic_search_without_vectors_is_refused_or_empty(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("search", "避難所", "--mode", "semantic", "--data", town)
    assert run.code in (0, 2)
    assert "Traceback" not in run.err


def test_owners_show_role_and_evidence(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("owners", "見守り", "--data", town)
    assert run.code == 0
    assert "高齢者支援課（担当）" in run.out
    assert "一人暮らし高齢者の見守り（取組10）" in run.out
    assert "「" in run.out


def test_owners_as_json_and_csv(keikaku: Keikaku, town: Path) -> None:
    answer = json.loads(keikaku("owners", "見守り機器", "--data", town, "--format", "json").out)
    names = [department["name"] for department in answer["departments"]]
    assert "高齢者支援課" in names
    found = rows(keikaku("owners", "見守り機器", "--data", town, "--format", "csv").out)
    assert {row["department"] for row in found} == set(names)


def test_indicators_of_a_year_with_the_document_of_each_figure(keikaku: Keikaku, town: Path) -> None:
    found = rows(keikaku("sparql", INDICATORS, "--data", town, "--format", "csv").out)
    rates = [(row["基準値"], row["実績"], row["目標"]) for row in found if row["指標"] == "電子決裁率"]
    assert rates == [("22%", "81%", "100%")] * 2
    assert {row["文書"] for row in found if row["指標"] == "オンライン申請の利用率"} == {
        "若葉野市DX推進計画の取組状況について(令和6年度)",
        "若葉野市DX推進計画令和7年度進捗報告書",
    }


def test_sparql_as_table(keikaku: Keikaku, town: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    run = keikaku("sparql", INDICATORS, "--data", town)
    assert run.code == 0
    assert run.out.splitlines()[0].split() == ["自治体", "計画", "指標", "基準年度", "基準値", "年度", "実績", "目標年度", "目標", "文書"]
    assert run.out.rstrip().endswith("行")


@pytest.mark.parametrize(
    ("query", "kind", "expected"),
    [
        ("ASK { ?s a <https://w3id.org/keikaku/ns#Plan> }", "table", "はい（true）"),
        ("ASK { ?s a <https://w3id.org/keikaku/ns#Unicorn> }", "table", "いいえ（false）"),
        ("SELECT ?none WHERE { ?none a <https://w3id.org/keikaku/ns#Unicorn> }", "table", "0 行"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 1", "table", "@prefix"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t } LIMIT 1", "json", '"@'),
        ("SELECT ?s WHERE { ?s a <https://w3id.org/keikaku/ns#Unicorn> }", "json", '"bindings"'),
    ],
)
def test_every_kind_of_query(keikaku: Keikaku, town: Path, tmp_path: Path, query: str, kind: str, expected: str) -> None:
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")
    run = keikaku("sparql", tmp_path / "query.rq", "--data", town, "--format", kind)
    assert run.code == 0
    assert expected in run.out


@pytest.mark.parametrize(
    ("query", "kind", "message"),
    [
        ("SELEC ?s", "table", "SELECT・ASK・CONSTRUCT・DESCRIBE のどれかが必要です"),
        ("SELECT ?s WHERE { ?s ?p", "table", "行"),
        ("DELETE WHERE { ?s ?p ?o }", "table", ""),
        ("SELECT * { SERVICE <http://example.org/> { ?s ?p ?o } }", "table", "SERVICE"),
        ("CONSTRUCT { ?s a ?t } WHERE { ?s a ?t }", "csv", "--format csv は SELECT にだけ使えます"),
    ],
)
def test_queries_that_are_not_answered(keikaku: Keikaku, town: Path, tmp_path: Path, query: str, kind: str, message: str) -> None:
    (tmp_path / "query.rq").write_text(query, encoding="utf-8")
    run = keikaku("sparql", tmp_path / "query.rq", "--data", town, "--format", kind)
    assert run.code == 2
    assert message in run.err
    assert "Traceback" not in run.err


def test_report(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("report", "--data", town, "--lines")
    assert run.code == 0
    assert "■ 若葉野市行政改革実施計画（wakabano-gyokaku-r6.txt" in run.out
    # The second report corrects a figure and raises a target of the first one.
    assert (
        "食い違い: オンライン申請に対応した手続の数 2024年度 実績: 115手続（若葉野市DX推進計画令和7年度進捗報告書 22行）、112手続（"
        in run.out
    )
    assert "食い違い: スマートフォン講座の受講者数(累計) 2026年度 目標: 1,500人（" in run.out
    assert "担当の違い: 定型業務の自動化: " in run.out
    assert "組織改正: 情報政策課 → デジタル推進課（2025-04-01、16〜17行）" in run.out
    report = json.loads(keikaku("report", "--data", town, "--format", "json").out)
    assert [document["lines"]["unread"] for document in report["documents"]] == [
        len(document["unread"]) for document in report["documents"]
    ]
    for document in report["documents"]:
        assert sum(document["lines"][kind] for kind in KINDS) == document["lines"]["printed"]


def test_report_shows_letters_of_other_scripts(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    plan.write_text(plan.read_text(encoding="utf-8").replace("倒木による事故", "倒木йдによる事故"), encoding="utf-8")
    keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert "別の文字: 10行 「йд」 … 倒木йдによる事故をなくします。" in keikaku("report", "--data", tmp_path / "data").out


def test_report_lists_the_lines_that_were_not_understood(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text + "\n付録\n", encoding="utf-8")
    keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    last = text.count("\n") + 2
    assert f"{last}行: 付録 … " in keikaku("report", "--data", tmp_path / "data", "--lines").out
    assert "付録 … " not in keikaku("report", "--data", tmp_path / "data").out


def test_report_tells_failures_by_its_exit_code(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    plan.with_name("空.txt").write_bytes(b"")
    keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    run = keikaku("report", "--data", tmp_path / "data")
    assert run.code == 1
    assert "読めません: 空.txt" in run.out


@pytest.mark.parametrize(
    ("kind", "sign"), [("nquads", "<http://localhost:8000/id/999997>"), ("turtle", "@prefix"), ("jsonld", '"@id"'), ("csv", "若葉野市")]
)
def test_export(keikaku: Keikaku, town: Path, tmp_path: Path, kind: str, sign: str) -> None:
    to_file = keikaku("export", "--data", town, "--format", kind, "-o", tmp_path / "graph")
    assert to_file.code == 0
    written = (tmp_path / "graph").read_text(encoding="utf-8")
    assert sign in written
    to_stdout = keikaku("export", "--data", town, "--format", kind)
    assert to_stdout.out.splitlines() == written.splitlines()


def test_export_to_a_place_that_is_not_there(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    run = keikaku("export", "--data", town, "-o", tmp_path / "無い" / "graph.nq")
    assert run.code == 2
    assert "書き込めません（その場所にありません）" in run.err


QUESTIONS = [
    {"id": "q1", "query": "避難所の空調", "type": "topic", "relevant": {"避難所": 2}},
    {"id": "q2", "query": "ふるさと納税", "type": "topic", "relevant": {"避難所": 1}},
    {"id": "q3", "query": "量子力学", "type": "no-answer", "relevant": {}},
]


def test_eval(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    [shelter] = [
        row["IRI"]
        for row in rows(keikaku("export", "--data", town, "--format", "csv").out.lstrip("\ufeff"))
        if row["取組"] == "避難所の環境の改善"
    ]
    (tmp_path / "questions.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    (tmp_path / "units.json").write_text(json.dumps({"避難所": shelter}), encoding="utf-8")
    arguments = ["eval", tmp_path / "questions.json", "--units", tmp_path / "units.json", "--data", town]
    answer = json.loads(keikaku(*arguments, "--format", "json").out)
    assert list(answer["modes"]) == ["hybrid", "keyword"]  # the town is indexed by words alone
    figures = answer["modes"]["hybrid"]
    half = dict.fromkeys(("nDCG@10", "recall@10", "MRR@10", "success@1"), 0.5)
    assert figures["overall"] == {"n": 2, **half, "ci95": {name: [0.0, 1.0] for name in half}}
    assert figures["no_answer"] == {"n": 1, "empty": 1}
    assert answer["differences"]["hybrid-keyword"]["overall"]["nDCG@10"] == 0
    table = keikaku(*arguments)
    assert table.code == 0
    assert "0.500 .00–1.0" in table.out
    assert "答えのない問い 1 件のうち、空の答え 1 件（hybrid）" in table.out
    assert max(map(len, table.out.splitlines())) <= 100


def test_eval_of_several_files(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    iri = "http://localhost:8000/id/999997/plan/none/measure/1"
    for path in paths:
        path.write_text(json.dumps([{"id": "1", "query": "避難所", "type": path.stem, "relevant": {iri: 2}}]), encoding="utf-8")
    run = keikaku("eval", *paths, "--data", town, "--format", "csv")
    found = {(row["file"], row["type"], row["n"]) for row in rows(run.out) if row["mode"] == "hybrid" and row["measure"] == "nDCG@10"}
    assert found == {("", "", "2"), *(("", path.stem, "1") for path in paths), *((str(p), t, "1") for p in paths for t in ("", p.stem))}
    assert "1 件が、公開中のデータにありません" in run.err
    together = json.loads(keikaku("eval", *paths, "--data", town, "--format", "json", "--mode", "keyword").out)
    assert [entry["file"] for entry in together["files"]] == [str(path) for path in paths]
    assert together["modes"]["keyword"]["overall"]["n"] == 2
    assert "2 つの質問集を合わせて" in keikaku("eval", *paths, "--data", town).out


def test_eval_by_meaning_needs_an_index_of_meaning(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    (tmp_path / "questions.json").write_text("[]", encoding="utf-8")
    run = keikaku("eval", tmp_path / "questions.json", "--data", town, "--mode", "semantic")
    assert run.code == 2
    assert "意味の索引がありません" in run.err


def test_eval_names_what_is_wrong_with_the_questions(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    (tmp_path / "questions.json").write_text(json.dumps(QUESTIONS), encoding="utf-8")
    run = keikaku("eval", tmp_path / "questions.json", "--data", town)
    assert run.code == 2
    assert "units に 避難所 がありません" in run.err
    assert keikaku("eval", tmp_path / "none.json", "--data", town).code == 2


def test_verify(keikaku: Keikaku, town: Path) -> None:
    run = keikaku("verify", "--data", town)
    assert run.code == 0
    assert "異常ありません" in run.out


def test_examples_are_listed_and_answered_by_name(keikaku: Keikaku, town: Path) -> None:
    listed = keikaku("sparql", "--examples")
    assert listed.code == 0
    assert "担当\n  example-2-measures  取組と担当部署\n" in listed.out
    answered = keikaku("sparql", "--example", "example-2-shared", "--data", town, "--format", "csv")
    assert answered.code == 0
    assert rows(answered.out)
    unknown = keikaku("sparql", "--example", "example-0", "--data", town)
    assert unknown.code == 2
    assert "keikaku sparql --examples" in unknown.err


def test_a_cut_result_is_told(keikaku: Keikaku, town: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KEIKAKU_QUERY_ROWS", "3")
    (tmp_path / "query.rq").write_text("SELECT ?s { ?s ?p ?o }", encoding="utf-8")
    run = keikaku("sparql", tmp_path / "query.rq", "--data", town, "--format", "csv")
    assert (run.code, len(rows(run.out))) == (0, 3)
    assert "行数の上限（3）で打ち切りました" in run.err


def test_sparql_searches_inside_a_query(keikaku: Keikaku, town: Path, tmp_path: Path) -> None:
    search = 'SERVICE plan:search { ?measure plan:query "ふるさと納税" ; plan:rank ?rank ; plan:limit %s }'
    query = f"PREFIX plan: <https://w3id.org/keikaku/ns#>\nSELECT ?measure ?rank {{\n {search} }} ORDER BY ?rank"
    file = tmp_path / "search.rq"
    file.write_text(query % 1, encoding="utf-8")
    (row,) = rows(keikaku("sparql", file, "--data", town, "--format", "csv").out)
    (best,) = json.loads(keikaku("search", "ふるさと納税", "--data", town, "--format", "json", "--limit", "1").out)["results"]
    assert row == {"measure": best["iri"], "rank": "1"}
    file.write_text(query % 0, encoding="utf-8")
    run = keikaku("sparql", file, "--data", town)
    assert run.code == 2
    assert "3 行 84 桁: plan:limit には 1 から 100 までの整数を書いてください" in run.err
