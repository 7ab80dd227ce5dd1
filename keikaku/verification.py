"""What ``keikaku verify`` compares: the files of the snapshot, its index with the model, its quotations with its documents."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from graph.snapshot import Snapshot
from keikaku.intake import list_kept
from ontology.errors import SnapshotError

_LAST_QUOTED_LINES = """PREFIX plan: <https://w3id.org/keikaku/ns#>
SELECT ?document (MIN(?start) AS ?first) (MAX(?end) AS ?last) { ?quotation plan:document ?document ; plan:startLine ?start ; plan:endLine ?end }
GROUP BY ?document ORDER BY ?document"""


def find_faults(snapshot: Snapshot, data_dir: Path) -> list[str]:
    """What is wrong, in Japanese, a line each; empty when all is well."""
    return [*_changed_files(snapshot), *_lost_documents(snapshot, data_dir), *_lost_quotations(snapshot), *_foreign_index(snapshot)]


def _changed_files(snapshot: Snapshot) -> Iterator[str]:
    for name in snapshot.verify():
        yield f"作ったときと違います: {snapshot.path / name}"


def _lost_documents(snapshot: Snapshot, data_dir: Path) -> Iterator[str]:
    kept = {candidate.content for candidate in list_kept(data_dir)}
    for document in snapshot.manifest["documents"]:
        if document["sha256"] not in kept:
            yield f"文書の写しがありません: {document['file_name']}（documents/。次の取り込みでこの文書が外れます）"


def _lost_quotations(snapshot: Snapshot) -> Iterator[str]:
    known = {document["iri"]: document["id"] for document in snapshot.manifest["documents"]}
    for row in snapshot.store.query(_LAST_QUOTED_LINES):
        iri, first, last = row["document"].value, int(row["first"].value), int(row["last"].value)
        source = snapshot.source(known[iri]) if iri in known else None
        if source is None:
            yield f"引用されている文書がありません: {iri}"
        elif first < source["first_line"] or last > source["last_line"]:
            yield f"引用が文書の外を指しています: {source['file_name']} {first}〜{last}行（文書は {source['first_line']}〜{source['last_line']}行）"


def _foreign_index(snapshot: Snapshot) -> Iterator[str]:
    from search_api.search import SearchEngine

    try:
        SearchEngine.open(snapshot)
    except SnapshotError as error:
        yield str(error)
