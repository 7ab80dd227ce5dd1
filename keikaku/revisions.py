"""What a new version of a document says otherwise than the former one: measures, departments, figures, bullets."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from difflib import SequenceMatcher
from typing import Any

from graph.iris import fold_name
from ontology.model import Activity, ActivityStatus, Extraction, Measure, ValueRole

# Two bullets this alike are one that was reworded; less, and one went and another came.
_REWORDED = 0.6

Json = dict[str, Any]
Identity = tuple[str, str, str, int | None]


def identify(extraction: Extraction) -> Identity:
    """What stays when a document is revised: municipality, plan, title and the last year it reports on.

    Next year's report of the same title is another document.
    """
    plan = extraction.plan
    done = [a.fiscal_year for m in extraction.measures for a in m.activities if a.fiscal_year and a.status is ActivityStatus.DONE]
    reached = [o.fiscal_year for i in extraction.indicators for o in i.observations if o.fiscal_year and o.role is ValueRole.ACTUAL]
    return plan.municipality.code, plan.slug, fold_name(extraction.document.title), max([*done, *reached], default=None)


def is_revision(former: Sequence[Extraction], new: Sequence[Extraction]) -> bool:
    """Whether ``new`` (the documents of one file) is a later version of ``former``: the same file name and a document in common."""
    names = {unicodedata.normalize("NFC", one.document.file_name).casefold() for one in (*former, *new)}
    return len(names) == 1 and bool({identify(one) for one in former} & {identify(one) for one in new})


def describe_revision(former: Sequence[Extraction], new: Sequence[Extraction]) -> list[Json]:
    """One entry for each document of the file that changed, came or went."""
    left = list(former)
    entries = []
    for one in new:
        match = next((old for old in left if identify(old) == identify(one)), None)
        match = match or next((old for old in left if old.document.title == one.document.title), None)
        if match is not None:
            left.remove(match)
        entries.append(_compare(match, one))
    return [*(entry for entry in entries if entry["change"] != "same"), *(_outline(old, "removed") for old in left)]


def _outline(extraction: Extraction, change: str) -> Json:
    return {"file": extraction.document.file_name, "title": extraction.document.title, "document": extraction.document.id, "change": change}


def _compare(former: Extraction | None, new: Extraction) -> Json:
    if former is None:
        return _outline(new, "added")
    old_measures, measures = _by_path(former), _by_path(new)
    both = [path for path in measures if path in old_measures]
    changes = {
        "measures": {
            "added": [_name(measures[path]) for path in measures if path not in old_measures],
            "removed": [_name(old_measures[path]) for path in old_measures if path not in measures],
            "renamed": [
                {"from": _name(old_measures[path]), "to": _name(measures[path])}
                for path in both
                if fold_name(old_measures[path].name) != fold_name(measures[path].name)
            ],
        },
        "departments": [found for path in both if (found := _compare_departments(old_measures[path], measures[path]))],
        "figures": _compare_figures(_cells(former), _cells(new)),
        "bullets": _compare_bullets(old_measures, measures),
    }
    some = any(changes["measures"].values()) or changes["departments"] or changes["figures"] or any(changes["bullets"].values())
    return _outline(new, "changed" if some else "same") | {"former": former.document.id} | changes


def _by_path(extraction: Extraction) -> dict[tuple[str, ...], Measure]:
    return {measure.path: measure for measure in extraction.measures}


def _name(measure: Measure) -> str:
    return f"{measure.level_name}{measure.number or ''} {measure.name}"


def _compare_departments(former: Measure, new: Measure) -> Json | None:
    old, now = ([department.name for department in measure.departments] for measure in (former, new))
    added, removed = [name for name in now if name not in old], [name for name in old if name not in now]
    return {"measure": _name(new), "added": added, "removed": removed} if added or removed else None


Cells = Mapping[tuple[str, int | None, str], str]


def _cells(extraction: Extraction) -> Cells:
    """Indicator, year and role → what is printed; cells of one key are joined, so that none is lost."""
    cells: dict[tuple[str, int | None, str], list[str]] = {}
    names = Counter(fold_name(name) for name, _ in {(indicator.name, indicator.measure) for indicator in extraction.indicators})
    for indicator in extraction.indicators:
        several = names[fold_name(indicator.name)] > 1 and indicator.measure is not None
        name = f"{indicator.name}（{indicator.measure[-1]}）" if several and indicator.measure else indicator.name
        for cell in indicator.observations:
            cells.setdefault((name, cell.fiscal_year, cell.role.value), []).append(cell.quantity.text)
    return {key: "、".join(texts) for key, texts in cells.items()}


def _compare_figures(former: Cells, new: Cells) -> list[Json]:
    """Cells that came (``from`` None), went (``to`` None) or say something else."""
    keys = [*new, *(key for key in former if key not in new)]
    return [
        {"indicator": key[0], "fiscal_year": key[1], "role": key[2], "from": former.get(key), "to": new.get(key)}
        for key in keys
        if fold_name(former.get(key, "")) != fold_name(new.get(key, ""))
    ]


def _compare_bullets(former: Mapping[tuple[str, ...], Measure], new: Mapping[tuple[str, ...], Measure]) -> Json:
    added: list[Json] = []
    removed: list[Json] = []
    changed: list[Json] = []
    for path in dict.fromkeys([*new, *former]):
        name = _name(new.get(path) or former[path])
        old, now = (list(side[path].activities) if path in side else [] for side in (former, new))
        gone, come = _without_common(old, now)
        for bullet in list(come):
            like = max(gone, key=lambda other: _likeness(other, bullet), default=None)
            if like is not None and _likeness(like, bullet) >= _REWORDED:
                gone.remove(like)
                come.remove(bullet)
                changed.append({"measure": name, "fiscal_year": bullet.fiscal_year, "from": like.text, "to": bullet.text})
        added += [{"measure": name, "fiscal_year": bullet.fiscal_year, "text": bullet.text} for bullet in come]
        removed += [{"measure": name, "fiscal_year": bullet.fiscal_year, "text": bullet.text} for bullet in gone]
    return {"added": added, "removed": removed, "changed": changed}


def _without_common(old: Sequence[Activity], now: Sequence[Activity]) -> tuple[list[Activity], list[Activity]]:
    """The bullets of either side that the other does not print word for word."""

    def keys(bullets: Iterable[Activity]) -> Counter[tuple[str, int | None]]:
        return Counter((fold_name(bullet.text), bullet.fiscal_year) for bullet in bullets)

    common = keys(old) & keys(now)
    return _drop(old, Counter(common)), _drop(now, Counter(common))


def _drop(bullets: Sequence[Activity], common: Counter[tuple[str, int | None]]) -> list[Activity]:
    left = []
    for bullet in bullets:
        key = (fold_name(bullet.text), bullet.fiscal_year)
        if common[key]:
            common[key] -= 1
        else:
            left.append(bullet)
    return left


def _likeness(one: Activity, other: Activity) -> float:
    return SequenceMatcher(None, one.text, other.text).ratio() if one.fiscal_year == other.fiscal_year else 0.0
