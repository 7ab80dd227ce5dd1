"""The graph → the units that are searched. Nothing but SPARQL connects this module to the graph."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from graph.store import GraphStore
from graph.terms import PROLOGUE
from search_api.units import Field, Owner, Place, Unit


def read_units(store: GraphStore) -> list[Unit]:
    """Every unit of the graph, ordered by IRI; the fields of a unit in the order of the documents, the newest document first."""
    return sorted(_Reader(store).units(), key=lambda unit: unit.iri)


class _Reader:
    def __init__(self, store: GraphStore) -> None:
        self.store = store
        self.documents = {row["document"]: row for row in self.select(_DOCUMENTS)}
        newest_first = sorted(self.documents, key=lambda iri: (self.documents[iri].get("issued", ""), iri), reverse=True)
        self.rank = {iri: rank for rank, iri in enumerate(newest_first)}
        self.places = self._quoted_with("prov:wasQuotedFrom")
        self.quoted_apart = {name: self._quoted_with(f"plan:{name}") for name in _QUOTED_APART}
        self.plans = {row["plan"]: row for row in self.select(_PLANS)}
        self.looked_back = {row["plan"] for row in self.select(_LOOKED_BACK)}
        self.department_names = {row["department"]: row["name"] for row in self.select(_DEPARTMENTS)}
        self.collective = {row["department"] for row in self.select(_COLLECTIVE)}
        self.successors = _group((row["former"], row["successor"]) for row in self.select(_SUCCESSORS))

    def select(self, query: str) -> Iterator[dict[str, str]]:
        for row in self.store.query(PROLOGUE + query):
            yield {name: term.value for name, term in row.items()}

    def units(self) -> Iterator[Unit]:
        fields = self._fields()
        owners = self._owners()
        frameworks = _group((row["unit"], (row["item"], row["label"])) for row in self.select(_FRAMEWORKS))
        owner_cells = self._owner_cells()
        for iri, rows in _group((row["unit"], row) for row in self.select(_UNITS)).items():
            first = min(rows, key=lambda row: (self.rank.get(row["graph"], 0), row["title"]))
            if first.get("plan") in self.looked_back:
                continue  # its lines are found as prose; beside the measures in force it would only mislead
            yield Unit(
                iri=iri,
                type=first["type"].rpartition("#")[2],
                title=first["title"],
                number=first.get("number"),
                level=first.get("level"),
                **self._belonging(first.get("plan")),
                owners=owners.get(iri, ()),
                owner_cells=owner_cells.get(iri, ()),
                frameworks=tuple(sorted(set(frameworks.get(iri, ())))),
                fields=(*self._titles(iri, rows), *fields.get(iri, ())),
            )
        yield from self._passages()

    def _belonging(self, plan: str | None) -> dict[str, tuple[str, str] | None]:
        if plan is None or plan not in self.plans:
            return {"plan": None, "municipality": None}
        row = self.plans[plan]
        return {"plan": (plan, row["title"]), "municipality": (row["code"], row["name"])}

    def _titles(self, iri: str, rows: list[dict[str, str]]) -> list[Field]:
        by_title: dict[str, list[str]] = defaultdict(list)
        for row in sorted(rows, key=lambda row: (self.rank.get(row["graph"], 0), row["title"])):
            by_title[row["title"]].append(row["graph"])
        elsewhere = {place for quoted in self.quoted_apart.values() for place in quoted.get(iri, ())}
        quoted = [place for place in self.places.get(iri, ()) if place not in elsewhere]
        return [
            Field(iri, "title", title, self._sorted_places(place for place in quoted if place.document in graphs))
            for title, graphs in by_title.items()
        ]

    def _fields(self) -> dict[str, list[Field]]:
        found: dict[str, list[tuple[tuple, Field]]] = defaultdict(list)
        for position, kind in enumerate(("goal", "description")):
            quoted = self.quoted_apart[f"{kind}QuotedFrom"]
            for row in self.select(_PROSE[kind]):
                unit, graph = row["unit"], row["graph"]
                places = self._sorted_places(place for place in quoted.get(unit, ()) if place.document == graph)
                found[unit].append(((self.rank.get(graph, 0), position, 0, ""), Field(unit, kind, row["text"], places)))
        owners = _group((row["item"], row["department"]) for row in self.select(_ITEM_DEPARTMENTS))
        for row in self.select(_ITEMS):
            item = row["item"]
            kind = _KINDS[row["type"].rpartition("#")[2]]
            key = (self.rank.get(row["graph"], 0), 2 if kind in ("activity", "text") else 3, int(row.get("order", 0)), item)
            text = Field(
                item,
                kind,
                row["text"],
                self._sorted_places(self.places.get(item, ())),
                heading=row.get("heading", ""),
                fiscal_year=_integer(row.get("year")),
                status=row["status"].rpartition("#")[2] if "status" in row else None,
                owners=tuple(sorted(set(owners.get(item, ())))),
            )
            found[row["unit"]].append((key, text))
        for unit, field_ in self._indicators():
            found[unit].append(((1 << 30, 4, 0, field_.iri), field_))
        return {unit: [text for _, text in sorted(pairs, key=lambda pair: pair[0])] for unit, pairs in found.items()}

    def _indicators(self) -> Iterator[tuple[str, Field]]:
        """An indicator with its cells as one text, for each measure it belongs to: 名称 2024年度 実績 217手続、2025年度 目標 …"""
        cells = _group((row["indicator"], row) for row in self.select(_OBSERVATIONS))
        for row in self.select(_INDICATORS):
            ordered = sorted(cells.get(row["indicator"], ()), key=lambda c: (c.get("year", ""), c["role"], c["observation"]))
            printed = [" ".join(filter(None, [f"{c['year']}年度" if "year" in c else "", c["role"], c["value"]])) for c in ordered]
            places = [place for c in ordered for place in self.places.get(c["observation"], ())]
            text = f"{row['label']}：{'、'.join(dict.fromkeys(printed))}" if printed else row["label"]
            yield (
                row["unit"],
                Field(row["indicator"], "indicator", text, self._sorted_places([*self.places.get(row["indicator"], ()), *places])),
            )

    def _owners(self) -> dict[str, tuple[Owner, ...]]:
        found: dict[str, dict[str, Owner]] = defaultdict(dict)
        for role in ("responsible", "involved"):
            for row in sorted(self.select(_OWNERS[role]), key=lambda row: (row["unit"], row["department"])):
                iri = row["department"]
                kind = "collective" if iri in self.collective else role
                owner = Owner(iri, self.department_names.get(iri, iri), kind, self._succeeding(iri))
                found[row["unit"]].setdefault(iri, owner)
        return {unit: tuple(owners.values()) for unit, owners in found.items()}

    def _succeeding(self, department: str) -> tuple[tuple[str, str], ...]:
        """Who does the work of a department that no longer exists, over as many reorganisations as the documents tell of."""
        last: list[str] = []
        waiting, seen = [*self.successors.get(department, ())], {department}
        while waiting:
            iri = waiting.pop(0)
            if iri not in seen:
                seen.add(iri)
                later = self.successors.get(iri, ())
                waiting += later
                last += [] if later else [iri]
        return tuple((iri, self.department_names.get(iri, iri)) for iri in sorted(last))

    def _owner_cells(self) -> dict[str, tuple[Field, ...]]:
        cells = _group((row["resource"], (self._place(row), row.get("exact", ""))) for row in self.select(_OWNER_CELLS))
        order = {iri: sorted(set(found), key=lambda cell: (*self._place_key(cell[0]), cell[1])) for iri, found in cells.items()}
        return {iri: tuple(Field(iri, "department", exact, (place,)) for place, exact in found) for iri, found in order.items()}

    def _passages(self) -> Iterator[Unit]:
        for row in self.select(_PASSAGES):
            document = self.documents.get(row["document"], {})
            text = Field(row["unit"], "text", row["text"], self._sorted_places(self.places.get(row["unit"], ())), row.get("heading", ""))
            yield Unit(
                iri=row["unit"],
                type="Passage",
                title=row.get("heading") or document.get("title", ""),
                number=None,
                level=None,
                **self._belonging(document.get("plan")),
                fields=(text,),
            )

    def _quoted_with(self, name: str) -> dict[str, list[Place]]:
        """Resource → the places where it is quoted by the property ``name``."""
        return _group((row["resource"], self._place(row)) for row in self.select(_PLACES.replace("QUOTED", name)))

    def _place(self, row: dict[str, str]) -> Place:
        file = self.documents.get(row["document"], {}).get("file", "")
        return Place(row["document"], file, _integer(row.get("page")), int(row["start"]), int(row["end"]))

    def _sorted_places(self, places: Iterable[Place]) -> tuple[Place, ...]:
        return tuple(sorted(set(places), key=self._place_key))

    def _place_key(self, place: Place) -> tuple[int, int, int]:
        return self.rank.get(place.document, 0), place.start_line, place.end_line


def _integer(text: str | None) -> int | None:
    return None if text is None else int(text)


def _group(pairs: Iterable[tuple[str, Any]]) -> dict[str, list[Any]]:
    groups: dict[str, list[Any]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return groups


# What of a measure stands in places of its own, apart from its title.
_QUOTED_APART = ("goalQuotedFrom", "descriptionQuotedFrom", "alignmentQuotedFrom", "referenceQuotedFrom", "successorQuotedFrom")

_DOCUMENTS = """
SELECT ?document ?title ?file ?issued ?plan {
  ?document a plan:SourceDocument ; dcterms:title ?title ; plan:fileName ?file .
  OPTIONAL { ?document dcterms:issued ?issued } OPTIONAL { ?document plan:about ?plan }
}"""
_PLANS = """
SELECT ?plan ?title ?code ?name {
  ?plan a plan:Plan ; dcterms:title ?title ; plan:municipality [ plan:municipalityCode ?code ; skos:prefLabel ?name ] .
} ORDER BY DESC(?title)"""
# Plans that documents only look back on: none is about them.
_LOOKED_BACK = "SELECT ?plan { ?newer dcterms:replaces ?plan FILTER NOT EXISTS { ?document plan:about ?plan } }"
_DEPARTMENTS = "SELECT ?department ?name { ?department a plan:Department ; skos:prefLabel ?name } ORDER BY DESC(?name)"
_COLLECTIVE = "SELECT ?department { ?department a plan:CollectiveDepartment }"
# Who stood on both sides was not dissolved: a unit was split off it, or others were merged into it.
_SUCCESSORS = """
SELECT DISTINCT ?former ?successor {
  ?change a plan:Reorganisation ; org:originalOrganization ?former ; org:resultingOrganization ?successor .
  FILTER NOT EXISTS { ?change org:resultingOrganization ?former }
  FILTER NOT EXISTS { ?change plan:activityStatus plan:Planned }
} ORDER BY ?former ?successor"""
_UNITS = """
SELECT ?unit ?type ?title ?number ?level ?plan ?graph {
  VALUES ?type { plan:Measure plan:Initiative }
  GRAPH ?graph {
    ?unit a ?type ; skos:prefLabel ?title .
    OPTIONAL { ?unit plan:number ?number } OPTIONAL { ?unit plan:levelName ?level } OPTIONAL { ?unit plan:inPlan ?plan }
  }
}"""
_PROSE = {
    "goal": "SELECT ?unit ?text ?graph { GRAPH ?graph { ?unit plan:goal ?text } }",
    "description": """SELECT ?unit ?text ?graph {
  VALUES ?type { plan:Measure plan:Initiative } GRAPH ?graph { ?unit a ?type ; dcterms:description ?text }
}""",
}
# What the texts of a unit are called in the answers, by their class.
_KINDS = {"Activity": "activity", "Effect": "effect", "Passage": "text"}
_ITEMS = """
SELECT ?unit ?item ?type ?text ?heading ?year ?status ?order ?graph {
  VALUES ?type { plan:Activity plan:Effect plan:Passage }
  GRAPH ?graph {
    ?item a ?type ; plan:text ?text .
    { ?unit plan:hasActivity ?item } UNION { ?item plan:effectOf ?unit } UNION { ?item plan:passageOf ?unit }
    OPTIONAL { ?item plan:heading ?heading } OPTIONAL { ?item plan:fiscalYear ?year }
    OPTIONAL { ?item plan:activityStatus ?status } OPTIONAL { ?item plan:order ?order }
  }
}"""
_ITEM_DEPARTMENTS = "SELECT ?item ?department { ?item plan:department ?department }"
_OWNERS = {
    "responsible": "SELECT DISTINCT ?unit ?department { ?unit plan:responsibleDepartment ?department }",
    "involved": "SELECT DISTINCT ?unit ?department { ?unit plan:involvedDepartment ?department }",
}
_FRAMEWORKS = "SELECT DISTINCT ?unit ?item ?label { ?unit plan:alignsWith ?item . ?item skos:prefLabel ?label }"
_INDICATORS = "SELECT DISTINCT ?unit ?indicator ?label { ?indicator plan:indicatorOf ?unit ; skos:prefLabel ?label }"
_OBSERVATIONS = """
SELECT ?indicator ?observation ?year ?role ?value {
  ?observation plan:indicator ?indicator ; plan:valueRole ?kind ; plan:valueText ?value .
  OPTIONAL { ?observation plan:fiscalYear ?year }
  VALUES (?kind ?role) { (plan:Baseline "基準値") (plan:Actual "実績") (plan:Forecast "見込") (plan:Target "目標") }
}"""
_PASSAGES = """
SELECT ?unit ?text ?heading ?document {
  ?unit a plan:Passage ; plan:text ?text ; dcterms:isPartOf ?document . OPTIONAL { ?unit plan:heading ?heading }
  FILTER NOT EXISTS { ?unit plan:passageOf ?measure }
}"""
_PLACES = """
SELECT ?resource ?document ?page ?start ?end {
  ?resource QUOTED ?quotation . ?quotation plan:document ?document ; plan:startLine ?start ; plan:endLine ?end .
  OPTIONAL { ?quotation plan:page ?page }
}"""
_OWNER_CELLS = """
SELECT ?resource ?document ?page ?start ?end ?exact {
  ?resource plan:departmentQuotedFrom ?quotation . ?quotation plan:document ?document ; plan:startLine ?start ; plan:endLine ?end .
  OPTIONAL { ?quotation plan:page ?page } OPTIONAL { ?quotation oa:exact ?exact }
}"""
