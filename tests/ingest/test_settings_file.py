"""The settings file beside a document: every wrong use is named with file, field and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingest.settings_file import load_overrides
from ontology.errors import SettingsError
from ontology.municipalities import has_check_digit, load_municipalities, resolve_municipality


def write(tmp_path: Path, text: str, name: str = "計画.pdf.toml") -> Path:
    (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path / "計画.pdf"


def test_everything_set(tmp_path: Path) -> None:
    overrides = load_overrides(
        write(
            tmp_path,
            """
            municipality = "墨田区"
            plan_title = "墨田区情報化推進計画"
            from_fiscal_year = 2022
            to_fiscal_year = 2025
            document_title = "報告"
            issued = 2025-05-20
            [[document]]
            first_line = 1
            last_line = 10
            [[document]]
            first_line = 11
            last_line = 20
            issued = "2024-03"
            """,
        )
    )
    assert overrides is not None
    assert overrides.common.municipality == resolve_municipality("131075")
    assert [(d.first_line, d.plan_title, d.issued) for d in overrides.documents] == [
        (1, "墨田区情報化推進計画", "2025-05-20"),
        (11, "墨田区情報化推進計画", "2024-03"),
    ]


def test_which_file_belongs_to_a_document(tmp_path: Path) -> None:
    assert load_overrides(tmp_path / "計画.pdf") is None
    document = write(tmp_path, 'municipality = "板橋区"', "計画.toml")
    assert load_overrides(document).common.municipality.name == "板橋区"
    write(tmp_path, "municipality = 11002")  # 札幌市, its leading zero lost
    assert load_overrides(document).common.municipality.name == "札幌市"  # the full name comes first


def test_a_folder_has_settings_for_those_without_their_own(tmp_path: Path) -> None:
    (tmp_path / "keikaku.toml").write_text('municipality = "墨田区"\n', encoding="utf-8")
    (tmp_path / "b.xlsx.toml").write_text('municipality = "板橋区"\n', encoding="utf-8")
    found = [load_overrides(tmp_path / name) for name in ("a.xlsx", "b.xlsx")]
    assert [overrides.common.municipality.name for overrides in found if overrides and overrides.common.municipality] == [
        "墨田区",
        "板橋区",
    ]


def test_a_body_that_is_in_no_list(tmp_path: Path) -> None:
    overrides = load_overrides(write(tmp_path, 'municipality = { code = "999016", name = "架空市" }'))
    assert (overrides.common.municipality.code, overrides.common.municipality.name) == ("999016", "架空市")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("municipality = ", "TOML として読めません"),
        ('town = "墨田区"', "town は使えません.*municipality、plan_title"),
        ("first_line = 1", "first_line は使えません"),
        ('municipality = "隅田区"', "近い名前: .*墨田区"),
        ('municipality = "存在しない自治体名"', "正式な名前"),
        ('municipality = "府中市"', "複数あります.*東京都府中市.*広島県府中市"),
        ("municipality = true", "次の形"),
        ('municipality = { code = "999017", name = "架空市" }', "検査数字"),
        ('municipality = { code = "999016", name = "" }', "空でない"),
        ('municipality = { code = "999016" }', "次の形"),
        ("plan_title = 3", "plan_title は空でない文字列"),
        ('from_fiscal_year = "R4"', "西暦の年度"),
        ("from_fiscal_year = 4", "西暦の年度"),
        ("from_fiscal_year = 2025\nto_fiscal_year = 2022", "より後"),
        ('issued = "令和5年"', "issued は"),
        ("issued = 2025-05-20T10:00:00", "issued は"),
        ("document = 3", r"\[\[document\]\]"),
        ("[[document]]\nfirst_line = 1", "両方が必要"),
        ("[[document]]\nfirst_line = 0\nlast_line = 3", "1以上"),
        ("[[document]]\nfirst_line = 1\nlast_line = 9\n[[document]]\nfirst_line = 9\nlast_line = 12", "2 番目.*重なる"),
        ("[[document]]\nfirst_line = 1\nlast_line = 9\ntitle = 'x'", "1 番目.*title は使えません"),
    ],
)
def test_wrong_settings(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(SettingsError, match=message) as caught:
        load_overrides(write(tmp_path, text))
    assert "計画.pdf.toml" in str(caught.value)


def test_wrong_encoding(tmp_path: Path) -> None:
    (tmp_path / "計画.pdf.toml").write_bytes('municipality = "墨田区"'.encode("cp932"))
    with pytest.raises(SettingsError, match="UTF-8"):
        load_overrides(tmp_path / "計画.pdf")


def test_every_code_of_the_list_has_its_check_digit() -> None:
    assert len(load_municipalities()) == 1959
    assert all(has_check_digit(m.code) for m in load_municipalities())
    assert not has_check_digit("13107")
    assert resolve_municipality("13107").name == "墨田区"
    assert resolve_municipality("東京都府中市").code == "132063"
