"""What the graph says of one resource, arranged for people: statements, what points here, and the lines that say so."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from graph.store import GraphStore
from graph.terms import PREFIXES, PROLOGUE

_MAX_INCOMING = 2000

# Terms of other vocabularies have no Japanese label in the graph.
_FOREIGN_LABELS = {
    "rdf:type": "種類", "skos:prefLabel": "名称", "dcterms:title": "題名", "dcterms:description": "概要", "dcterms:isPartOf": "上位",
    "dcterms:format": "形式", "dcterms:issued": "発行", "dcterms:spatial": "統計の地域コード", "org:unitOf": "所属", "dcterms:replaces": "前の計画", "dcterms:isReplacedBy": "引き継ぐ取組",
    "skos:inScheme": "体系", "skos:notation": "番号", "skos:definition": "説明", "rdfs:seeAlso": "参照", "dcterms:source": "典拠",
    "org:originalOrganization": "前の部署", "org:resultingOrganization": "後の部署", "dcterms:date": "日",
    "rdf:subject": "主語", "rdf:predicate": "述語", "rdf:object": "目的語", "rdf:Statement": "結論", "qb:Observation": "指標の値", "prov:wasDerivedFrom": "根拠",
    "skos:altLabel": "別の名", "dcterms:references": "名指す枠組み", "owl:sameAs": "同じもの", "skos:closeMatch": "似た名のもの",
    "skos:hiddenLabel": "見分ける語", "skos:broader": "上位の項目", "skos:exactMatch": "同じ項目", "skos:broadMatch": "含む項目", "skos:topConceptOf": "最上位の項目とする体系",
    "skos:note": "注", "dcterms:publisher": "機関", "dcterms:isVersionOf": "版のもと", "dcterms:temporal": "期間", "owl:versionInfo": "版", "rdfs:label": "名称", "oa:exact": "書かれている文字",
}  # fmt: skip
_ORDER = (
    "skos:prefLabel", "dcterms:title", "plan:levelName", "plan:number", "plan:municipality", "plan:inPlan", "dcterms:isPartOf",
    "plan:responsibleDepartment", "plan:involvedDepartment", "plan:department", "plan:fromFiscalYear", "plan:toFiscalYear", "plan:goal",
    "dcterms:description", "plan:fiscalYear", "plan:activityStatus", "plan:heading", "plan:text", "plan:value", "plan:valueText",
    "plan:unitText", "plan:hasActivity", "plan:hasIndicator",
)  # fmt: skip
_SOURCES = (
    "prov:wasQuotedFrom",
    "plan:goalQuotedFrom",
    "plan:descriptionQuotedFrom",
    "plan:departmentQuotedFrom",
    "plan:successorQuotedFrom",
    "plan:referenceQuotedFrom",
)
# How a property reads from its object's side.
_INCOMING_LABELS = {
    "plan:responsibleDepartment": "担当する取組", "plan:involvedDepartment": "関わる取組", "plan:department": "名のある項目",
    "plan:inPlan": "計画の内容", "dcterms:isPartOf": "内容", "org:unitOf": "部署", "plan:municipality": "この自治体のもの", "plan:about": "文書",
    "plan:indicator": "値", "plan:indicatorOf": "指標", "plan:effectOf": "効果・実績", "plan:hasActivity": "取組", "plan:hasIndicator": "取組",
    "plan:reportedIn": "報告された値", "plan:alignsWith": "対応する取組", "plan:assessmentOf": "評価", "dcterms:isReplacedBy": "前の計画の取組", "plan:passageOf": "そのほかの欄", "dcterms:references": "名指す文書・取組", "skos:inScheme": "項目",
    "rdf:subject": "ソフトウェアの結論", "rdf:object": "ソフトウェアの結論", "org:originalOrganization": "改められた組織改正", "org:resultingOrganization": "できた組織改正", "owl:sameAs": "別の印刷", "skos:closeMatch": "似た名のもの",
    "dcterms:replaces": "次の計画", "skos:broader": "下位の項目", "skos:broadMatch": "含まれる項目", "skos:topConceptOf": "最上位の項目", "dcterms:isVersionOf": "版", "prov:wasDerivedFrom": "ここからの結論",
}  # fmt: skip
# Said twice, from either side; shown from one.
_INVERSE = {"plan:hasIndicator": "plan:indicatorOf", "plan:indicatorOf": "plan:hasIndicator", "org:unitOf": "plan:municipality"}
# Which quotation of the resource says a property.
_QUOTED_WITH = {
    "plan:goal": "plan:goalQuotedFrom",
    "dcterms:description": "plan:descriptionQuotedFrom",
    "plan:responsibleDepartment": "plan:departmentQuotedFrom",
    "dcterms:isReplacedBy": "plan:successorQuotedFrom",
    "dcterms:references": "plan:referenceQuotedFrom",
}
# Values that the graph writes in English.
_JAPANESE = {
    "true": "はい",
    "false": "いいえ",
    "confirmed": "原典または複数の資料で確かめたもの",
    "single": "二次資料一つによるもの",
}
_NATURAL = re.compile(r"(\d+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Lines of a document; ``title`` is the document's."""

    document: str
    title: str
    page: int | None
    lines: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Value:
    """One object or subject: ``iri`` None for a literal. ``note`` stands before the text (年度, 実績 …); ``said_in`` are document titles."""

    text: str
    iri: str | None = None
    note: str = ""
    places: tuple[Place, ...] = ()
    said_in: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Property:
    """A property with all its values. ``incoming`` when the resource is the object: the label then reads from the other side."""

    iri: str
    label: str
    values: tuple[Value, ...]
    incoming: bool = False
    places: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Resource:
    iri: str
    title: str
    kind: str
    properties: tuple[Property, ...]
    places: tuple[Place, ...] = field(default=())


def read_resource(store: GraphStore, iri: str) -> Resource | None:
    """Everything about ``iri``, None where the graph knows nothing of it. ``iri`` must be well-formed: it goes into queries."""
    return _Reader(store, iri).read()


def exists(store: GraphStore, iri: str) -> bool:
    return store.query(f"ASK {{ <{iri}> ?p ?o }}") is True


class _Reader:
    def __init__(self, store: GraphStore, iri: str) -> None:
        self.store = store
        self.iri = iri

    def read(self) -> Resource | None:
        outgoing = self._select(f"SELECT ?p ?o ?g {{ GRAPH ?g {{ <{self.iri}> ?p ?o }} }}")
        if not outgoing:
            return None
        incoming = self._select(
            f"SELECT DISTINCT ?p ?s {{ ?s ?p <{self.iri}> FILTER(?p NOT IN (plan:document, {', '.join(_SOURCES)})) }}"
            f" ORDER BY ?p ?s LIMIT {_MAX_INCOMING}"
        )
        named = {row["o"].value for row in outgoing if _is_iri(row["o"])} | {row["s"].value for row in incoming if _is_iri(row["s"])}
        self.values = describe_resources(self.store, sorted(named | {self.iri}))
        self.documents = {
            row["d"].value: row["title"].value
            for row in self._select("SELECT ?d ?title { ?d a plan:SourceDocument ; dcterms:title ?title }")
        }
        own = self.values[self.iri]
        told = self._outgoing(outgoing)
        twice = {_expand(_INVERSE[name]) for name in map(_shorten, (p.iri for p in told)) if name in _INVERSE}
        properties = [*told, *(p for p in self._incoming(incoming) if p.iri not in twice)]
        kinds = next((p.values for p in properties if p.iri == _expand("rdf:type")), ())
        named_kinds = [_FOREIGN_LABELS.get(value.text, value.text) for value in kinds]
        own_kinds = [
            name for name in named_kinds if ":" not in name
        ] or named_kinds  # ours are named; skos:Concept beside them says no more
        kind = "・".join(dict.fromkeys(own_kinds))
        shown = tuple(p for p in properties if p.iri != _expand("rdf:type"))
        return Resource(self.iri, self._title(own.text, told), f"{kind}　{own.note}".strip(), shown, own.places)

    def _title(self, name: str, told: Sequence[Property]) -> str:
        """A figure is called by its indicator, too, and a conclusion, which has no name, by what it connects."""
        values = {_shorten(p.iri): p.values[0].text for p in told}
        if "plan:valueText" in values and "plan:indicator" in values:
            return f"{values['plan:indicator']}　{name}"
        if {"rdf:subject", "rdf:object"} <= values.keys() and name == _shorten(self.iri):
            return f"{values['rdf:subject']} → {values['rdf:object']}"
        return name

    def _outgoing(self, rows: Sequence[dict]) -> list[Property]:
        hidden = {_expand(name) for name in _SOURCES}
        said: dict[str, dict[tuple[str, bool], set[str]]] = defaultdict(lambda: defaultdict(set))
        for row in rows:
            if row["p"].value not in hidden:
                said[row["p"].value][row["o"].value, _is_iri(row["o"])].add(row["g"].value)
        documents = {graph for objects in said.values() for graphs in objects.values() for graph in graphs if graph in self.documents}
        found = []
        for name, objects in said.items():
            values = []
            for (text, is_iri), graphs in objects.items():
                told = tuple(sorted(self.documents[graph] for graph in graphs if graph in self.documents)) if len(documents) > 1 else ()
                if is_iri:
                    values.append(self.values[text])
                else:
                    values.append(Value(_japanese_literal(text), said_in=told if len(objects) > 1 else ()))
            places = self._places_of(_QUOTED_WITH[_shorten(name)]) if _shorten(name) in _QUOTED_WITH else ()
            found.append(Property(name, self._label(name), tuple(sorted(values, key=_natural_key)), places=places))
        return sorted(found, key=lambda p: _property_rank(p.iri))

    def _incoming(self, rows: Sequence[dict]) -> list[Property]:
        subjects: dict[str, list[Value]] = defaultdict(list)
        for row in rows:
            if _is_iri(row["s"]):
                subjects[row["p"].value].append(self.values[row["s"].value])
        return [
            Property(
                name, _INCOMING_LABELS.get(_shorten(name)) or self._label(name), tuple(sorted(values, key=_natural_key)), incoming=True
            )
            for name, values in sorted(subjects.items(), key=lambda pair: _property_rank(pair[0]))
        ]

    def _places_of(self, quoted_with: str) -> tuple[Place, ...]:
        rows = self.store.query(PROLOGUE + _PLACES.replace("LISTED", f"<{self.iri}>").replace("prov:wasQuotedFrom", quoted_with))
        return tuple(_place(row) for row in rows)

    def _label(self, name: str) -> str:
        foreign = _FOREIGN_LABELS.get(_shorten(name))
        if foreign:
            return foreign
        rows = self._select(f"SELECT ?label {{ <{name}> rdfs:label ?label FILTER(LANG(?label) = 'ja') }} ORDER BY ?label")
        return rows[0]["label"].value if rows else _shorten(name)

    def _select(self, query: str) -> list[dict]:
        return list(self.store.query(PROLOGUE + query))


def describe_resources(store: GraphStore, iris: Iterable[str]) -> dict[str, Value]:
    """How each resource is called where it is mentioned, with its places. A resource without any name is called by its IRI."""
    listed = " ".join(f"<{iri}>" for iri in iris)
    facts: dict[str, dict[str, str]] = {iri: {} for iri in (part.strip("<>") for part in listed.split())}
    for row in store.query(PROLOGUE + _FACTS.replace("LISTED", listed)):
        facts[row["r"].value].setdefault(_shorten(row["p"].value), row["o"].value)
    places: dict[str, list[Place]] = defaultdict(list)
    for row in store.query(PROLOGUE + _PLACES.replace("LISTED", listed)):
        places[row["r"].value].append(_place(row))
    values = {iri: _describe(iri, known, tuple(places[iri])) for iri, known in facts.items()}
    for row in store.query(PROLOGUE + _QUOTED.replace("LISTED", listed)):
        place = _place(row)
        values[row["r"].value] = Value(place.title, row["r"].value, places=(place,))
    return values


def _place(row: Mapping[str, Any]) -> Place:
    page = int(row["page"].value) if "page" in row else None
    return Place(row["document"].value, row["title"].value, page, (int(row["start"].value), int(row["end"].value)))


def _describe(iri: str, known: dict[str, str], places: tuple[Place, ...]) -> Value:
    name = next(
        (known[key] for key in ("skos:prefLabel", "dcterms:title", "plan:text", "plan:ratingText", "rdfs:label") if key in known), None
    )
    notes = []
    if "plan:fiscalYear" in known:
        notes.append(f"{known['plan:fiscalYear']}年度")
    for key, words in (("plan:activityStatus", _STATUS), ("plan:valueRole", _ROLES)):
        if key in known:
            notes.append(words.get(known[key].rpartition("#")[2], ""))
    if "plan:levelName" in known:
        notes.append(" ".join(filter(None, (known["plan:levelName"], known.get("plan:number")))))
    if "plan:heading" in known and name:
        name = f"{known['plan:heading']}　{name}" if "plan:text" in known else name
    return Value(name or known.get("plan:valueText") or _shorten(iri), iri, " ".join(notes), places)


_STATUS = {"Done": "実施", "Planned": "予定"}
_ROLES = {"Baseline": "基準値", "Actual": "実績", "Forecast": "見込", "Target": "目標"}
_FACTS = """SELECT ?r ?p ?o {
  VALUES ?r { LISTED }
  VALUES ?p { skos:prefLabel dcterms:title plan:text rdfs:label plan:valueText plan:heading plan:levelName plan:number plan:fiscalYear
    plan:activityStatus plan:valueRole plan:ratingText }
  ?r ?p ?o FILTER(!ISLITERAL(?o) || LANG(?o) != "en")
} ORDER BY ?r ?p ?o"""
_QUOTED = """SELECT ?r ?document ?title ?page ?start ?end {
  VALUES ?r { LISTED }
  ?r a plan:Quotation ; plan:document ?document ; plan:startLine ?start ; plan:endLine ?end . ?document dcterms:title ?title .
  OPTIONAL { ?r plan:page ?page }
}"""
_PLACES = """SELECT DISTINCT ?r ?document ?title ?page ?start ?end {
  VALUES ?r { LISTED }
  ?r prov:wasQuotedFrom ?q . ?q plan:document ?document ; plan:startLine ?start ; plan:endLine ?end . ?document dcterms:title ?title .
  OPTIONAL { ?q plan:page ?page }
} ORDER BY ?r ?document ?start ?end"""


def _is_iri(term: object) -> bool:
    return type(term).__name__ == "NamedNode"


def _expand(name: str) -> str:
    prefix, _, local = name.partition(":")
    return PREFIXES[prefix] + local


def _shorten(iri: str) -> str:
    return next((f"{prefix}:{iri.removeprefix(namespace)}" for prefix, namespace in PREFIXES.items() if iri.startswith(namespace)), iri)


def _property_rank(iri: str) -> tuple[int, str]:
    name = _shorten(iri)
    return (_ORDER.index(name) if name in _ORDER else len(_ORDER), name)


def _natural_key(value: Value) -> list[tuple[int, int, str]]:
    """Sorts 取組2 before 取組10."""
    parts = _NATURAL.split(value.iri or value.text)
    return [(0, int(part), "") if part.isdecimal() else (1, 0, part) for part in parts if part]


def _japanese_literal(text: str) -> str:
    return _JAPANESE.get(text, text)
