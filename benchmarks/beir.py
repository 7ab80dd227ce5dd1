"""Collections in the form of BEIR (Thakur et al. 2021): ``corpus.jsonl``, ``queries.jsonl`` and graded pairs in ``qrels.tsv`` or ``qrels/``."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from search_api.evaluation import GradedQuestion
from search_api.units import Field, Unit

SHARED = Path(__file__).resolve().parents[2] / "shared"
_SPLITS = ("test", "dev", "train")


@dataclass(frozen=True, slots=True)
class Collection:
    """``units`` have one text each; ``questions`` are those that are graded, in the order of the file."""

    name: str
    units: list[Unit]
    questions: list[GradedQuestion]


def locate_collection(name_or_path: str) -> Path:
    """A folder, or the name of one in ../shared/retrieval. Ends the program where there is none."""
    for folder in (Path(name_or_path), SHARED / "retrieval" / name_or_path):
        if (folder / "corpus.jsonl").is_file():
            return folder
    raise SystemExit(f"{name_or_path}: no folder with corpus.jsonl, queries.jsonl and qrels.tsv or qrels/test.tsv")


def read_collection(folder: Path) -> Collection:
    """The documents as units, and the questions. A question without a grade above 0 is left out, as BEIR does."""
    units = [_read_unit(row) for row in _read_rows(folder / "corpus.jsonl")]
    relevant = _read_grades(_locate_grades(folder))
    questions = [
        GradedQuestion(str(row["_id"]), row["text"], folder.name, relevant[str(row["_id"])])
        for row in _read_rows(folder / "queries.jsonl")
        if str(row["_id"]) in relevant
    ]
    return Collection(folder.name, sorted(units, key=lambda unit: unit.iri), questions)


def _read_rows(path: Path) -> Iterator[Mapping[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines if line.strip())


def _read_unit(row: Mapping[str, Any]) -> Unit:
    """A document without title may be a question with its answer: the question is its title then."""
    title, text = row.get("title") or "", row.get("text") or ""
    if not title and text.startswith("Question:"):
        title, _, text = text.removeprefix("Question:").partition("\nAnswer:")
    number = str(row["_id"])
    parts = [(kind, part.strip()) for kind, part in (("title", title), ("description", text)) if part.strip()]
    fields = tuple(Field(number, kind, part, ()) for kind, part in parts)
    return Unit(number, "Measure", title.strip(), None, None, None, None, fields=fields)


def _locate_grades(folder: Path) -> Path:
    for path in (*(folder / "qrels" / f"{split}.tsv" for split in _SPLITS), folder / "qrels.tsv", folder / "test.tsv"):
        if path.is_file():
            return path
    raise SystemExit(f"{folder}: neither qrels/test.tsv nor qrels.tsv")


def _read_grades(path: Path) -> dict[str, dict[str, int]]:
    """Question → document → grade. Lines are ``question document grade``, or those of TREC with a second column that says nothing."""
    found: dict[str, dict[str, int]] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        cells = line.split("\t") if "\t" in line else line.split()
        if len(cells) >= 3 and cells[-1].strip().lstrip("-").isdigit() and (grade := int(cells[-1])) > 0:
            found.setdefault(cells[0], {})[cells[-2]] = grade
    return found
