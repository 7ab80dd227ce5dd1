"""``keikaku ingest``: what is published, what is kept, what is said when a document cannot be read."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest
from small_plan import EXAMPLES, PLAN, Keikaku

from graph.durable import exclusive
from graph.snapshot import Snapshot

PDF_WITHOUT_TEXT = (
    b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
    b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
)

# name, content, what the message must say
UNREADABLE = [
    ("空.txt", b"", "空"),
    ("写真.png", b"\x89PNG\r\n\x1a\n" + bytes(200), "画像"),
    ("実行形式.txt", b"\x7fELF\x02\x01\x01" + bytes(range(256)) * 8, "テキスト"),
    ("壊れた文字.txt", bytes([0x81, 0x20, 0xFF, 0xFE, 0x80]) * 40, "文字コード"),
    ("走査画像.pdf", PDF_WITHOUT_TEXT, "文字"),
    ("計画.docx", b"PK\x03\x04" + bytes(60), "Office"),
    ("どこの町か.txt", "これは、ある町の計画である。\n取組１：花壇\n担当：公園課\n".encode(), "自治体"),
]


def titles(data: Path) -> list[str]:
    return [document["title"] for document in Snapshot.open(data).manifest["documents"]]


def test_examples_are_read_whole(keikaku: Keikaku, tmp_path: Path) -> None:
    run = keikaku("ingest", EXAMPLES, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 0
    assert "文書 8 件から、取組・事業 71、指標 83" in run.out
    assert "読み取れなかった行 0" in run.out
    assert [line for line in run.err.splitlines() if "文書を読む" in line] == ["文書を読む …"]  # no bar where there is no terminal
    assert len(list((tmp_path / "data" / "documents").iterdir())) == 8


@pytest.mark.parametrize(("name", "content", "reason"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_an_unreadable_document_stops_no_other(
    keikaku: Keikaku, plan: Path, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    plan.with_name(name).write_bytes(content)
    run = keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 1
    failures = [line for line in run.err.splitlines() if line.startswith("読めません")]
    assert len(failures) == 1
    assert name in failures[0]
    assert reason in failures[0]
    assert titles(tmp_path / "data") == ["墨田区みどりの計画"]
    assert "（読めなかったもの 1 件）" in run.out


@pytest.mark.parametrize(("name", "content", "reason"), UNREADABLE, ids=[row[0] for row in UNREADABLE])
def test_nothing_readable_leaves_the_former_snapshot(
    keikaku: Keikaku, plan: Path, tmp_path: Path, name: str, content: bytes, reason: str
) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    before = (data / "current").readlink()
    bad = tmp_path / name
    bad.write_bytes(content)
    run = keikaku("ingest", bad, "--data", data, "--keyword-only", "--only")
    assert run.code == 3
    assert reason in run.err
    assert "以前に公開したものはそのままです" in run.err
    assert (data / "current").readlink() == before
    assert titles(data) == ["墨田区みどりの計画"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp932", "euc_jp", "utf-16"])
def test_every_japanese_encoding_is_read(keikaku: Keikaku, tmp_path: Path, encoding: str) -> None:
    (tmp_path / "計画.txt").write_text(PLAN, encoding=encoding)
    run = keikaku("ingest", tmp_path / "計画.txt", "--data", tmp_path / "data", "--keyword-only")
    assert (run.code, titles(tmp_path / "data")) == (0, ["墨田区みどりの計画"])
    assert "取組・事業 2" in run.out


def test_a_folder_without_documents_publishes_nothing(keikaku: Keikaku, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    run = keikaku("ingest", tmp_path / "empty", "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 3
    assert "フォルダーに文書がありません" in run.err


def test_a_path_that_is_not_there_is_named(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    run = keikaku("ingest", plan, tmp_path / "無い.txt", "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 1
    assert "無い.txt: ファイルもフォルダーもありません" in run.err


def test_a_data_folder_that_is_a_file(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "data").write_text("")
    run = keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 3
    assert "データフォルダー" in run.err
    assert "Traceback" not in run.err


def test_a_data_folder_that_cannot_take_documents(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "documents").write_text("")
    run = keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 3
    assert "何も公開していません" in run.err
    assert not (tmp_path / "data" / "current").exists()


def test_the_data_folder_is_no_document(keikaku: Keikaku, plan: Path) -> None:
    """The data folder may lie among the documents; what it holds is not read again."""
    for _ in range(2):
        run = keikaku("ingest", plan.parent, "--data", plan.parent / "data", "--keyword-only")
        assert (run.code, run.err.count("読めません")) == (0, 0)
    assert len(titles(plan.parent / "data")) == 1


def test_a_file_name_that_is_not_utf8(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    shutil.copy(plan, os.path.join(os.fsencode(plan.parent), "計画.txt".encode("cp932")))
    run = keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 1
    assert "計画.txt: ファイル名が UTF-8 ではありません" in run.err
    assert len(titles(tmp_path / "data")) == 1


def test_a_pipe_is_no_document(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    run = keikaku("ingest", plan, tmp_path / "pipe", "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 1
    assert "pipe: ふつうのファイルではありません" in run.err


def test_a_dangling_link_stops_no_other(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    (plan.parent / "切れた.txt").symlink_to(tmp_path / "無い.txt")
    assert keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only").code == 0
    assert keikaku("ingest", plan.parent / "切れた.txt", "--data", tmp_path / "data", "--keyword-only").code == 1


def test_two_ingests_at_once(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    with exclusive(tmp_path / "data" / ".lock", "busy"):
        run = keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 3
    assert "別の取り込みが進行中" in run.err


def test_same_documents_again_change_nothing(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    before = (data / "current").readlink()
    run = keikaku("ingest", plan, "--data", data, "--keyword-only")
    assert run.code == 0
    assert run.out.startswith("変更はありません")
    assert "文書を読む" not in run.err
    assert (data / "current").readlink() == before


def test_an_unchanged_failure_is_told_again(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    plan.with_name("空.txt").write_bytes(b"")
    first = keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    second = keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    assert (first.code, second.code) == (1, 1)
    assert "空.txt" in second.err


def test_a_damaged_snapshot_is_built_again(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    (data / "current" / "graph.nq").write_text("")
    assert keikaku("verify", "--data", data).code == 2
    assert "変更はありません" not in keikaku("ingest", plan, "--data", data, "--keyword-only").out
    assert keikaku("verify", "--data", data).code == 0


def test_other_documents_stay(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "もう一つ.txt"
    other.write_text(PLAN.replace("みどり", "ごみ減量"), encoding="utf-8")
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    plan.unlink()  # the data folder keeps its own copy
    keikaku("ingest", other, "--data", data, "--keyword-only")
    assert sorted(titles(data)) == ["墨田区ごみ減量の計画", "墨田区みどりの計画"]


def test_only_leaves_the_others_out(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data, other = tmp_path / "data", tmp_path / "もう一つ.txt"
    other.write_text(PLAN.replace("みどり", "ごみ減量"), encoding="utf-8")
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    keikaku("ingest", other, "--data", data, "--keyword-only", "--only")
    assert titles(data) == ["墨田区ごみ減量の計画"]
    assert len(list((data / "documents").iterdir())) == 1


def test_a_new_version_replaces_the_former_one(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    plan.write_text(PLAN.replace("412本", "398本"), encoding="utf-8")
    assert keikaku("ingest", plan, "--data", data, "--keyword-only").code == 0
    graph = (data / "current" / "graph.nq").read_text(encoding="utf-8")
    assert "398本" in graph
    assert "412本" not in graph


def test_a_broken_new_version_gives_way_to_the_former_one(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    plan.write_bytes(b"")
    run = keikaku("ingest", plan, "--data", data, "--keyword-only")
    assert run.code == 1
    assert titles(data) == ["墨田区みどりの計画"]
    again = keikaku("ingest", plan, "--data", data, "--keyword-only")
    assert again.code == 1
    assert again.out.startswith("変更はありません")


def test_one_content_is_read_once(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    shutil.copy(plan, plan.with_name("写し.txt"))
    run = keikaku("ingest", plan.parent, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 0
    assert len(titles(tmp_path / "data")) == 1
    assert "写し.txt" in run.out
    assert "同じ内容" in run.out


def test_a_moved_document_is_not_doubled(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    moved = plan.rename(tmp_path / "移した計画.txt")
    keikaku("ingest", moved, "--data", data, "--keyword-only")
    assert len(titles(data)) == 1
    assert len(list((data / "documents").iterdir())) == 1


def test_the_settings_file_beside_a_document_counts_and_is_kept(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", plan, "--data", data, "--keyword-only")
    plan.with_name(plan.name + ".toml").write_text('municipality = "板橋区"\n', encoding="utf-8")
    run = keikaku("ingest", plan, "--data", data, "--keyword-only")
    assert "板橋区" in run.out
    (tmp_path / "別.txt").write_text(PLAN.replace("みどり", "ごみ減量"), encoding="utf-8")
    keikaku("ingest", tmp_path / "別.txt", "--data", data, "--keyword-only")
    assert sorted(document["municipality"] for document in Snapshot.open(data).manifest["documents"]) == ["131075", "131199"]


def test_the_settings_of_a_folder_are_kept_with_each_document(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    data = tmp_path / "data"
    folder = tmp_path / "sheets"
    folder.mkdir()
    (folder / "keikaku.toml").write_text('municipality = "墨田区"\n', encoding="utf-8")
    (folder / "評価.csv").write_text(
        "番号,事業名,担当課,事業内容\n1,防災訓練,防災課,訓練を行う。\n2,見回り,防災課,夜に回る。\n", encoding="utf-8"
    )
    assert keikaku("ingest", folder, "--data", data, "--keyword-only").code == 0
    (folder / "評価.csv").unlink()
    assert keikaku("ingest", plan, "--data", data, "--keyword-only").code == 0  # the kept copy still knows whose it is
    assert "評価.csv" in keikaku("report", "--data", data).out


def test_a_wrong_settings_file_names_its_field(keikaku: Keikaku, plan: Path, tmp_path: Path) -> None:
    plan.with_name(plan.name + ".toml").write_text("自治体 = 1\n", encoding="utf-8")
    run = keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 3
    assert "みどりの計画.txt.toml" in run.err


def test_own_labels(keikaku: Keikaku, plan: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plan.write_text(PLAN.replace("担当：", "お世話役："), encoding="utf-8")
    labels = tmp_path / "labels.toml"
    labels.write_text('[block]\ndepartment = ["お世話役"]\n', encoding="utf-8")
    monkeypatch.setenv("KEIKAKU_LABELS", str(labels))
    run = keikaku("ingest", plan, "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 0
    assert "取組・事業 2、担当 3" in run.out


def test_equal_input_gives_an_equal_snapshot(keikaku: Keikaku, tmp_path: Path) -> None:
    for name in ("one", "two"):
        keikaku("ingest", EXAMPLES, "--data", tmp_path / name, "--keyword-only")
    one, two = (json.loads((tmp_path / name / "current" / "manifest.json").read_bytes()) for name in ("one", "two"))
    varying = ("store/", "report.json")
    assert one["build_id"] == two["build_id"]
    assert {n: d for n, d in one["files"].items() if not n.startswith(varying)} == {
        n: d for n, d in two["files"].items() if not n.startswith(varying)
    }


def test_the_order_of_documents_changes_nothing(keikaku: Keikaku, tmp_path: Path) -> None:
    documents = [path for path in sorted(EXAMPLES.iterdir()) if path.suffix != ".toml"]
    graphs = set()
    for number, order in enumerate((documents, documents[::-1], documents[2:] + documents[:2])):
        keikaku("ingest", *order, "--data", tmp_path / str(number), "--keyword-only")
        graphs.add((tmp_path / str(number) / "current" / "graph.nq").read_bytes())
    # One by one, as they come in over the years.
    for path in documents[1:] + documents[:1]:
        keikaku("ingest", path, "--data", tmp_path / "years", "--keyword-only")
    graphs.add((tmp_path / "years" / "current" / "graph.nq").read_bytes())
    assert len(graphs) == 1


@pytest.mark.seeds
def test_the_real_documents_are_read(keikaku: Keikaku, shared: Path, tmp_path: Path) -> None:
    run = keikaku("ingest", shared / "seeds", "--data", tmp_path / "data", "--keyword-only")
    assert run.code == 0
    report = Snapshot.open(tmp_path / "data").report
    with_measures = {document["counts"]["measures"] for document in report["documents"] if document["counts"]["departments"]}
    assert with_measures == {22, 26, 13, 17}
