"""What ``keikaku export`` writes: everything, one municipality, or one plan as StratML."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import BinaryIO

from graph.dumps import municipality_codes
from graph.export import export
from graph.queries import read_query
from graph.snapshot import Snapshot
from graph.stratml import find_plans, to_stratml
from ontology.errors import SettingsError


def choose_writer(snapshot: Snapshot, file_format: str, municipality: str | None, plan: str | None) -> Callable[[BinaryIO], object]:
    """What writes the export to a file. Raises SettingsError where the municipality or the plan is not there or not one."""
    if file_format == "stratml":
        content = to_stratml(snapshot.store, _one_plan(snapshot, municipality or "", plan or ""))
        return lambda output: output.write(content)
    if plan is not None:
        raise SettingsError("--plan は --format stratml にだけ使えます。ほかの形式は --municipality で絞ってください")
    code = None if municipality is None else _code(snapshot, municipality)
    return partial(_export, snapshot, file_format, code)


def _export(snapshot: Snapshot, file_format: str, code: str | None, output: BinaryIO) -> None:
    export(snapshot, file_format, output, code)


def _names(snapshot: Snapshot) -> dict[str, str]:
    return {row["code"].value: row["name"].value for row in snapshot.store.query(read_query("plan-names"))}


def _code(snapshot: Snapshot, municipality: str) -> str:
    names = _names(snapshot)
    known = [code for code in municipality_codes(snapshot) if municipality in (code, names.get(code))]
    if not known:
        listed = "、".join(f"{names.get(code, '')}（{code}）" for code in municipality_codes(snapshot))
        raise SettingsError(f"--municipality: 「{municipality}」の文書はありません。あるのは {listed} です")
    return known[0]


def _one_plan(snapshot: Snapshot, municipality: str, plan: str) -> str:
    found = find_plans(snapshot.store, plan, municipality)
    if len(found) == 1:
        return found[0]
    rows = snapshot.store.query(read_query("plan-names"))
    among = set(found) or {row["plan"].value for row in rows}
    listed = "\n".join(f"  {row['title'].value}（{row['name'].value}） {row['plan'].value}" for row in rows if row["plan"].value in among)
    reason = (
        f"「{plan}」に当たる計画が {len(found)} 件あります"
        if plan and found
        else "計画を一つ指定してください"
        if not plan
        else f"「{plan}」という計画はありません"
    )
    raise SettingsError(f"--plan: {reason}。題名か IRI で選べます:\n{listed}")
