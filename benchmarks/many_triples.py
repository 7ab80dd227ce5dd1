"""A snapshot as large as one wishes: ``python -m benchmarks.many_triples --data DIR --to DIR2 --triples 1000000``.

The documents that DIR keeps are read again and told of made-up towns: other codes and names, other documents, other figures. So the graph has the
shape that the product gives it, a million times over, and the same input gives the same bytes. The search index is that of DIR: it knows
only the first towns, the real ones.
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from decimal import Decimal
from enum import Enum
from pathlib import Path
from typing import Any

from graph.snapshot import Snapshot, SnapshotBuilder
from ingest.pipeline import read_documents
from keikaku.intake import list_kept
from ontology.errors import UnreadableDocument
from ontology.model import Extraction, Failure, Municipality, Quantity, SourceDocument

FIRST_CODE = 980_000


def read_kept(data_dir: Path) -> list[Extraction]:
    """All documents that were taken in before. Raises UnreadableDocument."""
    extractions: list[Extraction] = []
    for path, result in read_documents([candidate.path for candidate in list_kept(data_dir)]):
        if isinstance(result, Failure):
            raise UnreadableDocument(path.name, result.reason)
        extractions += result
    return extractions


def tell_of_town(extractions: Sequence[Extraction], town: int) -> list[Extraction]:
    """The same documents of the ``town``-th made-up towns; of the real ones where it is 0."""
    if not town:
        return list(extractions)
    places = list(dict.fromkeys(extraction.plan.municipality for extraction in extractions))
    moved = {place: _move(place, town, number) for number, place in enumerate(places)}
    return [_Retelling(moved, town).tell(extraction) for extraction in extractions]


def _move(place: Municipality, town: int, number: int) -> Municipality:
    return replace(place, code=str(FIRST_CODE + 10 * town + number), name=f"{place.name[:-1]}第{town}{place.name[-1]}", kana="")


class _Retelling:
    """Rebuilds values field by field; the few types that differ from town to town have a way of their own."""

    def __init__(self, moved: Mapping[Municipality, Municipality], town: int) -> None:
        self._moved, self._town = moved, town
        self._ways: dict[type, Callable[[Any], Any]] = {Municipality: self._place, SourceDocument: self._document, Quantity: self._quantity}

    def tell(self, value: Any) -> Any:
        way = self._ways.get(type(value))
        if way is not None:
            return way(value)
        if isinstance(value, str):
            return self._text(value)
        if isinstance(value, tuple):
            return tuple(map(self.tell, value))
        if is_dataclass(value) and not isinstance(value, Enum):
            return replace(value, **{field.name: self.tell(getattr(value, field.name)) for field in fields(value)})
        return value

    def _place(self, place: Municipality) -> Municipality:
        return self._moved.get(place, place)

    def _text(self, text: str) -> str:
        for place, other in self._moved.items():
            if place.name in text:
                text = text.replace(place.name, other.name)
        return text

    def _document(self, document: SourceDocument) -> SourceDocument:
        digest = hashlib.sha256(f"{document.sha256}{self._town}".encode()).hexdigest()
        part = document.id[16:]  # -2 of a file that holds several
        lines = tuple(map(self._text, document.lines))
        return replace(document, id=digest[:16] + part, sha256=digest, title=self._text(document.title), lines=lines)

    def _quantity(self, quantity: Quantity) -> Quantity:
        if quantity.value is None:
            return quantity
        value = quantity.value + Decimal(self._town)
        return replace(quantity, value=value, text=f"{value}{quantity.unit or ''}")


def write_many(extractions: Sequence[Extraction], source: Snapshot, target: Path, triples: int) -> Snapshot:
    """Publish in ``target`` so many towns that the default graph, the union of all, has at least so many ``triples``."""
    count = _towns_for(extractions, source.base_iri, triples)
    with SnapshotBuilder(target, source.base_iri) as builder:
        builder.write_graph(extraction for town in range(count) for extraction in tell_of_town(extractions, town))
        shutil.copytree(source.index_directory, builder.index_directory, dirs_exist_ok=True)
        return builder.publish(index_settings=source.manifest["index"], report=source.report)


def _towns_for(extractions: Sequence[Extraction], base_iri: str, triples: int) -> int:
    """How often the documents are to be told: what two tellings have more than one comes with every further one."""
    one, two = (_count_union(extractions, base_iri, towns) for towns in (1, 2))
    return 1 + max(-(-(triples - one) // (two - one)), 0)


def _count_union(extractions: Sequence[Extraction], base_iri: str, towns: int) -> int:
    with tempfile.TemporaryDirectory() as scratch, SnapshotBuilder(Path(scratch), base_iri) as builder:
        store = builder.write_graph(extraction for town in range(towns) for extraction in tell_of_town(extractions, town))
        return count_triples(store.query)


def count_triples(query: Callable[[str], Any]) -> int:
    """The triples of the default graph, asked with ``query``."""
    return int(query("SELECT (COUNT(*) AS ?n) { ?s ?p ?o }")[0]["n"].value)


def _parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, required=True, help="a data folder of keikaku ingest")
    parser.add_argument("--to", type=Path, required=True, help="the data folder to write")
    parser.add_argument("--triples", type=int, default=1_000_000)
    return parser.parse_args()


def main() -> None:
    arguments = _parse_arguments()
    snapshot = write_many(read_kept(arguments.data), Snapshot.open(arguments.data), arguments.to, arguments.triples)
    documents = len(snapshot.manifest["documents"])
    print(
        f"{count_triples(snapshot.store.query)} triples, {snapshot.manifest['counts']['quads']} quads, {documents} documents: {snapshot.path}"
    )


if __name__ == "__main__":
    main()
