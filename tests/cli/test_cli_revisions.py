"""A revised document takes the place of the former one, and of nothing else; the report tells what changed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from small_plan import PLAN, Keikaku

from graph.snapshot import Snapshot

TABLE = """
指標　基準値（令和４年度）　令和５年度　令和６年度　目標値（令和８年度）
点検した高木の本数　120本　305本　412本　600本
"""
# Another number, a department more, a bullet reworded, one gone, one new, a measure renamed and one more.
REVISED = (PLAN + TABLE).replace("412本　600本", "398本　600本").replace("担当：環境政策課", "担当：環境政策課、下水道課").replace(
    "公園の高木412本を点検した", "公園の高木398本を点検した"
).replace("・街路樹の点検を始める。（道路管理課）\n", "・危ない枝を切る講習会を公園の愛護会の人に向けて開く。（公園課）\n").replace(
    "雨水タンクの設置の助成", "雨水タンクと浸透ますの設置の助成"
) + "\n取組３：花壇の手入れ\n担当：公園課\n目標：\n　花のある町にします。\n令和６年度の取組状況\n・花壇を12か所つくった。\n"
# The same report a year later.
NEXT_YEAR = (
    (PLAN + TABLE)
    .replace("令和７年度", "令和８年度")
    .replace("令和６年度の取組", "令和７年度の取組")
    .replace("令和６年度　目", "令和７年度　目")
)


@pytest.fixture
def shelf(tmp_path: Path) -> dict[str, Path]:
    """One file name in several folders, and another document."""
    files = {}
    for name, text in (("first", PLAN + TABLE), ("revised", REVISED), ("next", NEXT_YEAR)):
        files[name] = tmp_path / name / "みどりの計画.txt"
        files[name].parent.mkdir()
        files[name].write_text(text, encoding="utf-8")
    files["other"] = tmp_path / "ごみ減量の計画.txt"
    files["other"].write_text(PLAN.replace("みどり", "ごみ減量"), encoding="utf-8")
    return files


def graphs(data: Path) -> dict[str, list[bytes]]:
    """The lines of the graph of each document, by file name."""
    snapshot = Snapshot.open(data)
    lines = (snapshot.path / "graph.nq").read_bytes().splitlines()
    return {
        document["file_name"]: [line for line in lines if line.endswith(f"<{document['iri']}> .".encode())]
        for document in snapshot.manifest["documents"]
    }


@pytest.mark.parametrize("in_place", [True, False])
def test_a_revision_replaces_its_own_statements_only(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path, in_place: bool) -> None:
    data = tmp_path / "data"
    keikaku("ingest", shelf["first"], shelf["other"], "--data", data, "--keyword-only")
    before = graphs(data)
    if in_place:
        shelf["first"].write_text(REVISED, encoding="utf-8")
    run = keikaku("ingest", shelf["first" if in_place else "revised"], "--data", data, "--keyword-only")
    after = graphs(data)
    assert run.code == 0
    assert after.keys() == before.keys()
    assert after["ごみ減量の計画.txt"] == before["ごみ減量の計画.txt"]
    assert after["みどりの計画.txt"] != before["みどりの計画.txt"]
    whole = b"".join(after["みどりの計画.txt"]).decode()
    assert "398本" in whole
    assert "412本" not in whole
    assert len(list((data / "documents").iterdir())) == 2
    assert (
        "改訂: 墨田区みどりの計画（みどりの計画.txt）: 取組 追加 1 変更 1、担当 変更 1、数値 変更 1、項目 追加 2 削除 1 変更 1" in run.out
    )
    again = keikaku("ingest", shelf["first" if in_place else "revised"], "--data", data, "--keyword-only")
    assert again.out.startswith("変更はありません")


def test_the_report_shows_what_changed(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", shelf["first"], "--data", data, "--keyword-only")
    keikaku("ingest", shelf["revised"], "--data", data, "--keyword-only")
    text = keikaku("report", "--data", data).out
    for line in (
        "   ＋ 取組3 花壇の手入れ",
        "   取組2 雨水タンクの設置の助成 → 取組2 雨水タンクと浸透ますの設置の助成",
        "   取組2 雨水タンクと浸透ますの設置の助成 担当: ＋下水道課",
        "   点検した高木の本数 2024年度 実績: 412本 → 398本",
        "   取組1 公園の樹木の点検 2025年度: − 街路樹の点検を始める。",
    ):
        assert line in text
    (revision,) = json.loads(keikaku("report", "--data", data, "--format", "json").out)["revisions"]
    assert revision["former"] != revision["document"]
    assert [bullet["to"] for bullet in revision["bullets"]["changed"]] == ["樹木医が公園の高木398本を点検した。(公園課)"]


def test_next_years_report_of_the_same_name_is_another_document(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", shelf["first"], "--data", data, "--keyword-only")
    run = keikaku("ingest", shelf["next"], "--data", data, "--keyword-only")
    assert "改訂" not in run.out
    assert len(Snapshot.open(data).manifest["documents"]) == 2


def test_two_files_given_at_once_are_two_documents(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    """Nothing tells which of them is the later one; and given again, none replaces the other."""
    data = tmp_path / "data"
    for paths in ((shelf["first"], shelf["revised"]), (shelf["first"],)):
        run = keikaku("ingest", *paths, "--data", data, "--keyword-only")
        assert "改訂" not in run.out
        assert len(Snapshot.open(data).manifest["documents"]) == 2


def test_of_two_that_it_might_replace_none_is_replaced(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    data, third = tmp_path / "data", tmp_path / "third" / "みどりの計画.txt"
    third.parent.mkdir()
    third.write_text(REVISED.replace("398本", "399本"), encoding="utf-8")
    keikaku("ingest", shelf["first"], shelf["revised"], "--data", data, "--keyword-only")
    assert "改訂" not in keikaku("ingest", third, "--data", data, "--keyword-only").out
    assert len(Snapshot.open(data).manifest["documents"]) == 3


def test_a_revision_that_says_the_same_is_none(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", shelf["first"], "--data", data, "--keyword-only")
    shelf["first"].write_text(PLAN + TABLE + "\n", encoding="utf-8")
    assert "改訂" not in keikaku("ingest", shelf["first"], "--data", data, "--keyword-only").out


def test_a_broken_new_version_replaces_nothing(keikaku: Keikaku, shelf: dict[str, Path], tmp_path: Path) -> None:
    data = tmp_path / "data"
    keikaku("ingest", shelf["first"], "--data", data, "--keyword-only")
    shelf["revised"].write_bytes(b"")
    run = keikaku("ingest", shelf["revised"], "--data", data, "--keyword-only")
    assert run.code == 1
    assert "412本" in b"".join(graphs(data)["みどりの計画.txt"]).decode()
