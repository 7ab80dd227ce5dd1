"""A plan as StratML (Strategy Markup Language), Part 2: ISO 17469-2, PerformancePlanOrReport.

Part 2 rather than Part 1 (StrategicPlan), because only it holds performance indicators. StratML knows two levels: the level right above
the measures becomes Goal, the measures become Objective, and what stands higher is told in the Goal's OtherInformation.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from xml.etree import ElementTree
from xml.etree.ElementTree import Element, SubElement

from graph.indicator_series import ROLE_NAMES, Cell, Series, read_series
from graph.queries import read_query
from graph.store import GraphStore

NAMESPACE = "urn:ISO:std:iso:17469:tech:xsd:PerformancePlanOrReport"
MEDIA_TYPE = "application/xml"

_FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_ROLES = {"responsibleDepartment": "担当", "involvedDepartment": "関わる部署"}

Row = dict[str, str]


def is_plan(store: GraphStore, iri: str) -> bool:
    return store.query(f"ASK {{ <{iri}> a <https://w3id.org/keikaku/ns#Plan> }}") is True


def find_plans(store: GraphStore, wanted: str = "", municipality: str = "") -> list[str]:
    """The IRIs of the plans of this title or IRI and municipality (code or name), all where nothing is asked for."""
    return [
        row["plan"].value
        for row in sorted(store.query(read_query("plan-names")), key=lambda row: row["plan"].value)
        if wanted in ("", row["plan"].value, row["title"].value) and municipality in ("", row["code"].value, row["name"].value)
    ]


def to_stratml(store: GraphStore, plan: str) -> bytes:
    """The plan as an XML document in UTF-8. ``plan`` is its IRI, which the graph has to know."""
    return _Writer(store, plan).write()


class _Writer:
    def __init__(self, store: GraphStore, plan: str) -> None:
        self.plan = plan
        (self.about,) = self._rows(store, "plan")
        elements = {row["element"]: row for row in self._rows(store, "elements")}
        self.elements = dict(sorted(elements.items(), key=lambda pair: _natural(pair[0])))
        self.departments: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(self._rows(store, "departments"), key=lambda row: (row["role"].endswith("#involvedDepartment"), row["name"])):
            self.departments[row["measure"]].append(row)
        self.series: dict[str, list[Series]] = defaultdict(list)
        for series in read_series(store):
            for measure in series.measures if series.plan == plan else ():
                self.series[measure].append(series)

    def _rows(self, store: GraphStore, name: str) -> list[Row]:
        query = read_query(f"stratml-{name}").replace("<PLAN>", f"<{self.plan}>")
        return [{key: term.value for key, term in row.items()} for row in store.query(query)]

    def write(self) -> bytes:
        reached = any(cell.role == "Actual" for own in self.series.values() for series in own for cell in series.cells)
        root = Element("PerformancePlanOrReport", xmlns=NAMESPACE, Type="Performance_Report" if reached else "Strategic_Plan")
        _add(root, "Name", self.about["title"])
        _add(root, "OtherInformation", f"計画検索が文書から読み取ったもの。{self.plan}")
        core = SubElement(root, "StrategicPlanCore")
        town = SubElement(core, "Organization")
        _add(town, "Name", self.about["municipality"])
        _add(town, "Identifier", f"_{self.about['code']}")
        self._write_goals(core)
        administration = SubElement(root, "AdministrativeInformation")
        _add(administration, "Identifier", _identifier(self.plan))
        if "first" in self.about:
            _add(administration, "StartDate", f"{self.about['first']}-04-01")
        if "last" in self.about:
            _add(administration, "EndDate", f"{int(self.about['last']) + 1}-03-31")
        _add(administration, "Source", self.plan)
        ElementTree.indent(root)
        return ElementTree.tostring(root, encoding="utf-8", xml_declaration=True) + b"\n"

    def _write_goals(self, core: Element) -> None:
        """One Goal for each level that stands right above measures; one for the whole plan where measures stand below nothing."""
        below: dict[str, list[Row]] = defaultdict(list)
        for row in self.elements.values():
            if row["kind"].endswith("#Measure"):
                parent = row.get("parent", "")
                below[parent if parent in self.elements else self.plan].append(row)
        for iri in sorted(below, key=_natural) or [self.plan]:
            row = self.elements.get(iri, {"name": self.about["title"]})
            goal = SubElement(core, "Goal")
            _add(goal, "Name", row["name"])
            _add(goal, "Description", _joined(row))
            _add(goal, "Identifier", _identifier(iri, "goal"))
            if "number" in row:
                _add(goal, "SequenceIndicator", row["number"])
            above = self._above(row)
            _add(goal, "OtherInformation", "\n".join([*above, iri]))
            for measure in below[iri]:
                self._write_objective(goal, measure)

    def _above(self, row: Row) -> list[str]:
        """The levels over an element, highest first, as printed."""
        found: list[str] = []
        seen: set[str] = set()
        while (parent := row.get("parent", "")) in self.elements and parent not in seen:
            seen.add(parent)
            row = self.elements[parent]
            found.insert(0, " ".join(filter(None, (row.get("level"), row.get("number"), row["name"]))))
        return found

    def _write_objective(self, goal: Element, row: Row) -> None:
        iri = row["element"]
        objective = SubElement(goal, "Objective")
        _add(objective, "Name", row["name"])
        _add(objective, "Description", _joined(row))
        _add(objective, "Identifier", _identifier(iri))
        if "number" in row:
            _add(objective, "SequenceIndicator", row["number"])
        for department in self.departments[iri]:
            kind = "Generic_Group" if department["collective"] == "true" else "Organization"
            stakeholder = SubElement(objective, "Stakeholder", StakeholderTypeType=kind)
            _add(stakeholder, "Name", department["name"])
            role = SubElement(stakeholder, "Role")
            _add(role, "Name", _ROLES[department["role"].rpartition("#")[2]])
            _add(role, "RoleType", "Performer")
        _add(objective, "OtherInformation", iri)
        for series in self.series[iri]:
            _write_indicator(objective, series, iri)


def _write_indicator(objective: Element, series: Series, measure: str) -> None:
    indicator = SubElement(objective, "PerformanceIndicator", PerformanceIndicatorType="Quantitative")
    _add(indicator, "MeasurementDimension", series.name)
    _add(indicator, "UnitOfMeasurement", series.unit or "")
    _add(indicator, "Identifier", _identifier(series.iri, measure))
    by_year: dict[int, list[Cell]] = defaultdict(list)
    for cell in series.cells:
        if cell.role != "Forecast":
            by_year[cell.fiscal_year or 0].append(cell)
    for _, cells in sorted(by_year.items()):
        instance = SubElement(indicator, "MeasurementInstance")
        # The schema wants the targets before what was reached.
        for cell in sorted(cells, key=lambda cell: (cell.role != "Target", cell.role, cell.iri)):
            _write_result(instance, cell)
    forecasts = [f"{ROLE_NAMES['Forecast']} {_year(cell)}{cell.text}" for cell in series.cells if cell.role == "Forecast"]
    _add(indicator, "OtherInformation", "\n".join([*forecasts, series.iri]))


def _write_result(instance: Element, cell: Cell) -> None:
    result = SubElement(instance, "TargetResult" if cell.role == "Target" else "ActualResult")
    if cell.fiscal_year is not None:
        _add(result, "StartDate", f"{cell.fiscal_year}-04-01")
        _add(result, "EndDate", f"{cell.fiscal_year + 1}-03-31")
    if cell.value is not None:
        _add(result, "NumberOfUnits", _plain(cell.value))
    if cell.role == "Baseline":
        descriptor = SubElement(result, "Descriptor")
        _add(descriptor, "DescriptorName", "種別")
        _add(descriptor, "DescriptorValue", ROLE_NAMES["Baseline"])
    first, last = cell.place.lines
    page = f"{cell.place.page}ページ " if cell.place.page else ""
    _add(result, "Description", f"{cell.text}（{cell.place.title} {page}{first}〜{last}行）")


def _add(parent: Element, name: str, text: str) -> None:
    SubElement(parent, name).text = _FORBIDDEN.sub("", text)


def _joined(row: Mapping[str, str]) -> str:
    return "\n".join(filter(None, (row.get("goal"), row.get("description"))))


def _identifier(*parts: str) -> str:
    """An xsd:ID, which may not begin with a digit; the same for the same thing in every export."""
    return "_" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:32]


def _plain(value: Decimal) -> str:
    return format(value, "f")


def _year(cell: Cell) -> str:
    return "" if cell.fiscal_year is None else f"{cell.fiscal_year}年度 "


def _natural(iri: str) -> list[tuple[int, str]]:
    return [(int(part), "") if part.isdecimal() else (-1, part) for part in re.split(r"(\d+)", iri)]
