"""Which documents a snapshot is made of: those named now, and copies of those that were taken in before.

::

    DIR/documents/<key>/<file name>        the document as it was given
    DIR/documents/<key>/<file name>.toml   its settings file, where it has one

The key follows from the place the document came from, so that a new version of a file takes the place of the former one.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

from graph.durable import hash_file
from ingest.readers import find_documents
from ingest.settings_file import find_settings
from keikaku.os_errors import describe_os_error
from ontology.errors import UnreadableDocument
from ontology.model import Failure


@dataclass(frozen=True, slots=True)
class Candidate:
    """A document to read. ``content`` is the SHA-256 of the file, ``settings`` that of its settings file or empty."""

    key: str
    path: Path
    settings_path: Path | None
    content: str
    settings: str
    kept: bool = False


@dataclass(frozen=True, slots=True)
class Intake:
    """What to read. ``failures`` are paths without any document, ``repeated`` files with the content of another one (file, that other)."""

    candidates: tuple[Candidate, ...]
    failures: tuple[Failure, ...] = ()
    repeated: tuple[tuple[str, str], ...] = ()


def gather(paths: Sequence[Path], data_dir: Path, *, only: bool = False) -> Intake:
    """The documents below ``paths`` and, unless ``only``, the kept ones that none of them replaces.

    One content is taken once, from the first place that has it.
    """
    named: list[Candidate] = []
    failures: list[Failure] = []
    for path in paths:
        try:
            found = [file for file in find_documents([path]) if not file.resolve().is_relative_to(data_dir.resolve())]
        except UnreadableDocument as error:
            failures.append(Failure(error.file, error.reason))
            continue
        for file in found:
            outcome = _name(file)
            (failures if isinstance(outcome, Failure) else named).append(outcome)
    taken = {candidate.key for candidate in named}
    kept = [] if only else [candidate for candidate in list_kept(data_dir) if candidate.key not in taken]
    chosen: dict[str, Candidate] = {}
    repeated = []
    for candidate in (*named, *kept):
        first = chosen.setdefault(candidate.content, candidate)
        if first.key != candidate.key and not candidate.kept:
            repeated.append((candidate.path.name, first.path.name))
    return Intake(tuple(chosen.values()), tuple(failures), tuple(repeated))


def list_kept(data_dir: Path) -> list[Candidate]:
    """The copies of documents taken in before, in the order of their keys."""
    return [
        _describe(path.parent.name, path, kept=True) for path in sorted((data_dir / "documents").glob("[0-9a-f]*/*")) if _is_document(path)
    ]


def find_former(candidate: Candidate, data_dir: Path) -> Candidate | None:
    """The kept copy of an earlier version of this document."""
    return next((kept for kept in list_kept(data_dir) if kept.key == candidate.key), None)


def keep(candidates: Iterable[Candidate], data_dir: Path) -> None:
    """Make the kept copies exactly these documents."""
    documents = data_dir / "documents"
    documents.mkdir(parents=True, exist_ok=True)
    wanted = set()
    for candidate in candidates:
        wanted.add(candidate.key)
        if not candidate.kept:
            _copy(candidate, documents)
    for folder in documents.iterdir():
        if folder.name not in wanted:
            shutil.rmtree(folder)


def _copy(candidate: Candidate, documents: Path) -> None:
    new, target = documents / f".{candidate.key}", documents / candidate.key
    shutil.rmtree(new, ignore_errors=True)
    new.mkdir()
    shutil.copyfile(candidate.path, new / candidate.path.name)
    if candidate.settings_path:
        shutil.copyfile(candidate.settings_path, new / f"{candidate.path.name}.toml")
    shutil.rmtree(target, ignore_errors=True)
    new.rename(target)


def _name(path: Path) -> Candidate | Failure:
    raw = os.fsencode(path.name)
    try:
        raw.decode("utf-8")
        if not path.is_file():
            return Failure(path.name, "ふつうのファイルではありません")
        key = hashlib.sha256(os.fsencode(path.resolve())).hexdigest()[:16]
        return _describe(key, path, kept=False)
    except UnicodeDecodeError:
        # Archives made on Windows leave such names behind; nothing that is written could carry them.
        return Failure(
            raw.decode("cp932", "replace"), "ファイル名が UTF-8 ではありません（Shift_JIS のようです）。名前を付け直してください"
        )
    except OSError as error:
        return Failure(path.name, f"ファイルを開けません（{describe_os_error(error)}）")


def _is_document(path: Path) -> bool:
    return path.suffix != ".toml" and path.is_file()


def _describe(key: str, path: Path, *, kept: bool) -> Candidate:
    settings_path = find_settings(path)
    settings = hash_file(settings_path) if settings_path else ""
    return Candidate(key, path, settings_path, hash_file(path), settings, kept)
