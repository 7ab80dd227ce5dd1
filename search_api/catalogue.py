"""What a snapshot holds, as lists with filters: plans, measures, departments, frameworks, documents.

A plan, department, framework or document is found by what its measures are linked with: ``/api/plans?department=税務課`` are the plans
that have a measure of this department.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from graph.iris import fold_name
from graph.queries import read_query
from graph.snapshot import Snapshot
from graph.store import GraphStore

FILTERS = ("municipality", "plan", "department", "framework", "fiscal_year")

Row = dict[str, Any]
Values = dict[str, set[str]]


@dataclass(frozen=True, slots=True)
class Entry:
    """One row. ``values`` are the spellings by which each filter finds it, ``text`` what the words of ``q`` are looked up in."""

    row: Row
    values: Mapping[str, frozenset[str]]
    text: str

    def fits(self, filters: Mapping[str, str], words: Iterable[str]) -> bool:
        return all(value in self.values.get(name, ()) for name, value in filters.items()) and all(word in self.text for word in words)


@dataclass(frozen=True, slots=True)
class Catalogue:
    """The lists by name, each in the order of municipalities and printed numbers. Read once a snapshot."""

    lists: Mapping[str, Sequence[Entry]]

    @classmethod
    def read(cls, snapshot: Snapshot) -> Catalogue:
        return cls(_Reader(snapshot).read())

    def choose(self, name: str, filters: Mapping[str, str], q: str = "") -> list[Row]:
        """The rows of the list ``name`` that fit. Names, IRIs and, for a municipality, codes are accepted alike."""
        words = [fold_name(word).casefold() for word in q.split()]
        return [entry.row for entry in self.lists[name] if entry.fits(filters, words)]


class _Reader:
    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot
        store = snapshot.store
        self.plans = {row["plan"]: row for row in _rows(store, "plans")}
        self.departments = {row["department"]: row for row in _rows(store, "departments")}
        self.frameworks = {row["framework"]: row for row in _rows(store, "frameworks")}
        self.measures = sorted(_rows(store, "measures"), key=lambda row: _natural(row["measure"]))
        self.links: dict[str, Values] = defaultdict(lambda: defaultdict(set))
        for row in _rows(store, "links"):
            self.links[row["measure"]][re.split(r"[#/]", row["kind"])[-1]].add(row["other"])
        self.places: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in sorted(_rows(store, "places"), key=lambda row: (row["document"], int(row["start"]), int(row["end"]))):
            self.places[row["measure"]].setdefault(row["document"], _source(row))

    def read(self) -> dict[str, list[Entry]]:
        measures = [self._measure(row) for row in self.measures]
        return {
            "plans": self._group("plan", self.plans, self._plan),
            "measures": measures,
            "departments": self._group("department", self.departments, self._department),
            "frameworks": self._group("framework", self.frameworks, self._framework),
            "documents": self._group("document", {d["iri"]: d for d in self.snapshot.manifest["documents"]}, self._document),
        }

    def _group(self, kind: str, things: Mapping[str, Row], describe: Any) -> list[Entry]:
        """One entry a thing, with the values of all measures that are linked with it."""
        own: dict[str, list[Row]] = defaultdict(list)
        for measure in self.measures:
            for iri in self._linked(measure, kind):
                own[iri].append(measure)
        entries = [describe(iri, thing, own[iri]) for iri, thing in things.items()]
        return sorted(entries, key=lambda entry: _natural(entry.row["iri"]))

    def _linked(self, measure: Row, kind: str) -> set[str]:
        links = self.links[measure["measure"]]
        if kind == "plan":
            return {measure["plan"]}
        if kind == "department":
            return links["responsibleDepartment"] | links["involvedDepartment"]
        if kind == "framework":
            named = links["alignsWith"] | links["references"]
            known = [self.frameworks[iri] for iri in named if iri in self.frameworks]
            return named | {row[part] for row in known for part in ("scheme", "whole") if part in row}
        return links["document"]

    def _values(self, measures: Iterable[Row], **own: Iterable[str]) -> dict[str, frozenset[str]]:
        values: Values = {name: set(own.get(name, ())) for name in FILTERS}
        for measure in measures:
            plan = self.plans[measure["plan"]]
            values["municipality"] |= {plan["code"], plan["name"], measure["municipality"]}
            values["plan"] |= {plan["plan"], plan["title"]}
            values["department"] |= self._spellings(self.departments, self._linked(measure, "department"))
            values["framework"] |= self._spellings(self.frameworks, self._linked(measure, "framework"))
            values["fiscal_year"] |= self.links[measure["measure"]]["fiscalYear"]
        return {name: frozenset(found) for name, found in values.items()}

    def _spellings(self, named: Mapping[str, Row], iris: Iterable[str]) -> set[str]:
        return {spelling for iri in iris for spelling in (iri, named.get(iri, {}).get("name", iri))}

    def _measure(self, row: Row) -> Entry:
        links, plan = self.links[row["measure"]], self.plans[row["plan"]]
        told = {
            "iri": row["measure"],
            "title": row["name"],
            "level": row["level"],
            "number": row.get("number"),
            "goal": row.get("goal"),
            "plan": {"iri": plan["plan"], "title": plan["title"]},
            "municipality": {"code": plan["code"], "name": plan["name"]},
            "departments": [
                {"iri": iri, "name": self.departments[iri]["name"], "role": role}
                for role, kind in (("responsible", "responsibleDepartment"), ("involved", "involvedDepartment"))
                for iri in sorted(links[kind])
                if iri in self.departments
            ],
            "frameworks": [
                {"iri": iri, "name": self.frameworks[iri]["name"]}
                for iri in sorted(links["alignsWith"] | links["references"])
                if iri in self.frameworks
            ],
            "fiscal_years": sorted(int(year) for year in links["fiscalYear"]),
            "sources": list(self.places[row["measure"]].values()),
        }
        names = [department["name"] for department in told["departments"]]
        return Entry(told, self._values([row]), _text(row["name"], row.get("goal", ""), plan["title"], plan["name"], *names))

    def _plan(self, iri: str, row: Row, measures: Sequence[Row]) -> Entry:
        first, last = (int(row[key]) if key in row else None for key in ("from_year", "to_year"))
        told = {
            "iri": iri,
            "title": row["title"],
            "municipality": {"code": row["code"], "name": row["name"]},
            "from_fiscal_year": first,
            "to_fiscal_year": last,
            "measures": len(measures),
            "documents": sum(document["plan"] == iri for document in self.snapshot.manifest["documents"]),
        }
        years = range(first, last + 1) if first and last else ()
        values = self._values(measures, municipality=(row["code"], row["name"]), plan=(iri, row["title"]), fiscal_year=map(str, years))
        return Entry(told, values, _text(row["title"], row["name"]))

    def _department(self, iri: str, row: Row, measures: Sequence[Row]) -> Entry:
        told = {
            "iri": iri,
            "name": row["name"],
            "municipality": {"code": row["code"], "name": row["municipality"]},
            "collective": row["collective"] == "true",
            "responsible": sum(iri in self.links[measure["measure"]]["responsibleDepartment"] for measure in measures),
            "involved": sum(iri in self.links[measure["measure"]]["involvedDepartment"] for measure in measures),
        }
        values = self._values(measures, municipality=(row["code"], row["municipality"]), department=(iri, row["name"]))
        return Entry(told, values, _text(row["name"], row["municipality"]))

    def _framework(self, iri: str, row: Row, measures: Sequence[Row]) -> Entry:
        scheme = self.frameworks.get(row.get("scheme", row.get("whole", "")))
        told = {
            "iri": iri,
            "name": row["name"],
            "type": row["kind"].rpartition("#")[2],
            "part_of": {"iri": scheme["framework"], "name": scheme["name"]} if scheme else None,
            "issued": row.get("issued"),
            "publisher": row.get("publisher"),
            "measures": len(measures),
        }
        own = [iri, row["name"], *([scheme["framework"], scheme["name"]] if scheme else [])]
        return Entry(told, self._values(measures, framework=own), _text(row["name"], row.get("publisher", "")))

    def _document(self, iri: str, document: Row, measures: Sequence[Row]) -> Entry:
        plan = self.plans.get(document["plan"], {})
        told = {name: document[name] for name in ("id", "iri", "title", "file_name", "sha256", "municipality", "plan")}
        told |= {"measures": len(measures)}
        where = (document["municipality"], plan.get("name", ""))
        values = self._values(measures, municipality=where, plan=(document["plan"], plan.get("title", "")))
        return Entry(told, values, _text(document["title"], document["file_name"], *where, plan.get("title", "")))


def _rows(store: GraphStore, name: str) -> list[Row]:
    return [{key: term.value for key, term in row.items()} for row in store.query(read_query(f"catalogue-{name}"))]


def _source(row: Row) -> Row:
    page = int(row["page"]) if "page" in row else None
    lines = [int(row["start"]), int(row["end"])]
    return {"document": row["document"], "title": row["title"], "file": row["file"], "page": page, "lines": lines}


def _text(*parts: str) -> str:
    return fold_name(" ".join(parts)).casefold()


def _natural(iri: str) -> list[tuple[int, str]]:
    """Puts …/measure/10 after …/measure/9."""
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", iri)]
