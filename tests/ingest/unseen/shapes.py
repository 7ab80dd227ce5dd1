"""All shapes: file name → maker."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from ingest.pipeline import read_documents
from ontology.model import Extraction
from unseen import forms, lists, oddities, texts, word
from unseen.facts import Facts

TOWN = 'municipality = { name = "若葉野市", kana = "わかばのし", code = "999997" }\n'
SHAPES: dict[str, Callable[[Path], Facts]] = {
    "evaluation-list.xlsx": lists.evaluation_list,
    "evaluation-sheets.xlsx": forms.evaluation_sheets,
    "paired-indicators.xlsx": lists.paired_indicators,
    "progress-by-month.xlsx": lists.progress_by_month,
    "side-by-side.xlsx": lists.side_by_side,
    "repeated-heads.xlsx": lists.repeated_heads,
    "many-sheets.xlsx": lists.many_sheets,
    "owner-cells.xlsx": lists.owner_cells,
    "yearly-rows.xlsx": lists.yearly_rows,
    "empty-below.xlsx": lists.empty_below,
    "policy-sheets.xlsx": forms.policy_sheets,
    "upright-sheet.xlsx": forms.upright_sheet,
    "exported-merges.csv": texts.exported_merges,
    "open-data.csv": texts.open_data,
    "town-page.html": texts.town_page,
    "marked-down.md": texts.marked_down,
    "plan-with-tables.docx": word.plan_with_tables,
    "nested-tables.docx": word.nested_tables,
    "numbered-labels.xlsx": oddities.numbered_labels,
    "sheet-a-unit.xlsx": oddities.sheet_a_unit,
    "stacked-cells.xlsx": oddities.stacked_cells,
    "tidy-rows.tsv": oddities.tidy_rows,
    "headed-by-units.html": oddities.headed_by_units,
    "word-list.docx": oddities.word_list,
}

# What is not read yet: kinds of facts by document.
KNOWN_GAPS: dict[str, tuple[str, ...]] = {
    "owner-cells.xlsx": ("departments",),  # 全課（取りまとめ：総務課）
    "marked-down.md": ("texts",),  # labels of running text that labels.toml does not list
}


def make_document(name: str, folder: Path) -> tuple[Path, Facts]:
    """The document ``name`` in ``folder``, and what it says."""
    path = folder / name
    facts = SHAPES[name](path)
    return add_settings(path), facts


def add_settings(path: Path) -> Path:
    """The document with the settings file that an invented town needs."""
    path.with_name(path.name + ".toml").write_text(TOWN, encoding="utf-8")
    return path


def read_document(path: Path) -> list[Extraction]:
    ((_, found),) = read_documents([path])
    if not isinstance(found, list):
        raise AssertionError(found.reason)
    return found
