"""Lists of hundreds of lines that no other line ends: each line is read once, not again for all that stand before it."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.labels import load_labels
from ingest.pipeline import extract
from ingest.readers import read_file
from ontology.model import Extraction, Municipality, Plan, SourceDocument

LABELS = load_labels()
MANY = 3000
HEAD = "取組１：窓口の予約\n目的：待ち時間を短くする。\n担当課："


def read(text: str, folder: Path, suffix: str = ".txt") -> Extraction:
    path = folder / f"long{suffix}"
    path.write_text(text, encoding="utf-8")
    source = read_file(path)
    document = SourceDocument("0000", "試験", path.name, "0" * 64, tuple(line.text for line in source.lines), 1, len(source.lines))
    return extract(source, document, Plan(Municipality("999999", "若葉野市"), "試験計画", "試験計画"), LABELS)


@pytest.mark.parametrize("end", ["", "、"])
def test_owners_line_by_line(end: str, tmp_path: Path) -> None:
    listed = "\n".join(f"保護第{number}課{end}" for number in range(1, 100)) + f"\n総務課{end}" * MANY
    (measure,) = read(f"{HEAD}{listed}", tmp_path).measures
    assert measure.departments[0].name == "保護第1課"
    assert len(measure.departments) == 100


@pytest.mark.parametrize(
    ("head", "line"),
    [
        ("事業名 担当課", "人が集う場をつくる話"),  # no row ends with a department
        ("番号 事業名 担当課\n1 窓口の予約 市民課", "412"),  # figures of an appendix, which may be the numbers of pages
        ("担当課 事業名", "防災課"),  # no row has a name
    ],
)
def test_columns_without_end(head: str, line: str, tmp_path: Path) -> None:
    found = read(f"{head}\n" + f"{line}\n" * MANY, tmp_path)
    assert len(found.measures) == head.count("窓口の予約")


def test_rows_of_one_measure(tmp_path: Path) -> None:
    rows = [f"7\t窓口の予約\t市民課\t{number}か所の窓口で予約を始めた。" for number in range(1, MANY + 1)]
    (measure,) = read("番号\t事業名\t担当課\t取組状況\n" + "\n".join(rows), tmp_path, ".tsv").measures
    assert [activity.order for activity in measure.activities] == list(range(1, MANY + 1))
