"""keikaku export: the whole, one municipality, one plan."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest
from lxml import etree

from keikaku.cli import main

TOWN = ["若葉野市", "999997"]


def export(capsysbinary: pytest.CaptureFixture[bytes], town: Path, *arguments: str) -> bytes:
    assert main(["export", "--data", str(town), *arguments]) == 0
    return capsysbinary.readouterr().out


@pytest.mark.parametrize("municipality", TOWN)
def test_one_municipality_by_name_or_code(capsysbinary: pytest.CaptureFixture[bytes], town: Path, municipality: str) -> None:
    rows = list(
        csv.DictReader(io.StringIO(export(capsysbinary, town, "--format", "csv", "--municipality", municipality).decode("utf-8-sig")))
    )
    assert rows
    assert {row["自治体コード"] for row in rows} == {"999997"}


def test_one_municipality_as_graph(capsysbinary: pytest.CaptureFixture[bytes], town: Path) -> None:
    quads = export(capsysbinary, town, "--municipality", "若葉野市")
    assert quads.count(b"\n") > 100
    assert b"graph/vocabulary>" not in quads
    whole = export(capsysbinary, town)
    assert set(quads.splitlines()) < set(whole.splitlines())
    for form in ("turtle", "jsonld"):
        content = export(capsysbinary, town, "--format", form, "--municipality", "若葉野市")
        assert "若葉野市".encode() in content
    assert json.loads(content)


def test_one_plan_as_stratml(capsysbinary: pytest.CaptureFixture[bytes], town: Path) -> None:
    plan = etree.fromstring(export(capsysbinary, town, "--format", "stratml", "--plan", "若葉野市DX推進計画"))
    assert etree.QName(plan).localname == "PerformancePlanOrReport"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--municipality", "無い市"], "若葉野市（999997）"),
        (["--format", "stratml"], "計画を一つ指定してください"),
        (["--format", "stratml", "--plan", "無い計画"], "という計画はありません"),
        (["--plan", "若葉野市DX推進計画"], "--format stratml にだけ"),
    ],
)
def test_what_is_not_there_is_told(capsys: pytest.CaptureFixture[str], town: Path, arguments: list[str], told: str) -> None:
    assert main(["export", "--data", str(town), *arguments]) == 2
    assert told in capsys.readouterr().err
