"""Collections as they lie on disks: with and without titles, with the grades in one file or in a folder of splits."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.beir import locate_collection, read_collection

CORPUS = (
    '{"_id": "2", "title": "粗大ごみ", "text": "電話で申し込む。"}\n'
    '{"_id": "1", "text": "Question: 税はいつまでか\\nAnswer: 月末まで。"}\n\n'
    '{"_id": "3", "text": "題の無い文。"}\n'
)
QUERIES = '{"_id": "a", "text": "ごみ"}\n{"_id": "b", "text": "税"}\n{"_id": "c", "text": "別の組"}\n'
GRADES = "query-id\tcorpus-id\tscore\na\t2\t2\na\t1\t0\nb\t1\t1\n"


def write(folder: Path, grades: str, *, place: str) -> Path:
    (folder / "corpus.jsonl").write_text(CORPUS, encoding="utf-8")
    (folder / "queries.jsonl").write_text(QUERIES, encoding="utf-8")
    (folder / place).parent.mkdir(exist_ok=True)
    (folder / place).write_text(grades, encoding="utf-8")
    return folder


@pytest.mark.parametrize("place", ["qrels.tsv", "qrels/test.tsv", "qrels/train.tsv"])
@pytest.mark.parametrize("grades", [GRADES, "a 0 2 2\nb Q0 1 1\n", "a\t0\t2\t2\nb\t0\t1\t1\n"])
def test_forms_of_the_grades(tmp_path: Path, place: str, grades: str) -> None:
    collection = read_collection(write(tmp_path, grades, place=place))
    assert [(question.id, question.relevant) for question in collection.questions] == [("a", {"2": 2}), ("b", {"1": 1})]


def test_forms_of_the_documents(tmp_path: Path) -> None:
    collection = read_collection(write(tmp_path, GRADES, place="qrels.tsv"))
    found = {unit.iri: (unit.title, [(field.kind, field.text) for field in unit.fields]) for unit in collection.units}
    assert found == {
        "1": ("税はいつまでか", [("title", "税はいつまでか"), ("description", "月末まで。")]),
        "2": ("粗大ごみ", [("title", "粗大ごみ"), ("description", "電話で申し込む。")]),
        "3": ("", [("description", "題の無い文。")]),
    }


def test_the_test_split_is_preferred(tmp_path: Path) -> None:
    folder = write(tmp_path, "c\t1\t1\n", place="qrels/train.tsv")
    (folder / "qrels" / "test.tsv").write_text(GRADES, encoding="utf-8")
    assert [question.id for question in read_collection(folder).questions] == ["a", "b"]


def test_what_is_no_collection_is_named(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="nothing"):
        locate_collection(str(tmp_path / "nothing"))
    folder = write(tmp_path, GRADES, place="other.tsv")
    assert locate_collection(str(folder)) == folder
    with pytest.raises(SystemExit, match="qrels"):
        read_collection(folder)
