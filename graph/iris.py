"""The IRIs of everything, made from what documents print, so that two documents that speak of one thing meet on one IRI.

Path segments are percent-encoded UTF-8 with only the unreserved characters of RFC 3986 left as they are. An IRI depends on the
document alone, never on the order of reading or on what else is read.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote, unquote

from ontology.errors import SettingsError
from ontology.model import Municipality, Plan

DEFAULT_BASE_IRI = "http://localhost:8000/"

_CIRCLED = re.compile(r"[\u2460-\u24ff\u2776-\u2793\u3251-\u325f\u32b1-\u32bf]")
_BASE = re.compile(r"https?://[^\s<>\"{}|\\^`?#/]+/(?:[^\s<>\"{}|\\^`?#]*/)?")


def fold_name(name: str) -> str:
    """The spelling of a name that IRIs use: NFKC without blanks, so that ＩＣＴ 推進担当 and ICT推進担当 are one.

    Circled numbers stay: NFKC would turn 手続数① into 手続数1.

    >>> fold_name("ＩＣＴ 推進担当"), fold_name("オンライン化手続数 ①")
    ('ICT推進担当', 'オンライン化手続数①')
    """
    kept = (character if _CIRCLED.match(character) else unicodedata.normalize("NFKC", character) for character in name)
    return unicodedata.normalize("NFC", "".join("".join(kept).split()))


def encode_segment(text: str) -> str:
    """``text`` as one path segment. "." and ".." would be resolved away by clients and the empty segment is not addressable."""
    encoded = quote(text, safe="~")
    return "-" if encoded in {"", ".", ".."} else encoded


def _join(*segments: str) -> str:
    return "/".join(encode_segment(segment) for segment in segments)


def quotation_in(document: str, start: int, end: int) -> str:
    """The place ``start`` to ``end`` (lines, both inclusive) of the document with this IRI."""
    return f"{document}#L{start}-{end}"


@dataclass(frozen=True, slots=True)
class Iris:
    """Mints every IRI below ``base``, which ends with a slash: ``{base}id/131075/plan/{slug}/measure/4``."""

    base: str = DEFAULT_BASE_IRI

    def __post_init__(self) -> None:
        if not _BASE.fullmatch(self.base):
            raise SettingsError(
                f"KEIKAKU_BASE_IRI: {self.base!r} は使えません。http://localhost:8000/ のように http(s):// で始まり / で終わる IRI を指定してください"
            )

    @property
    def vocabulary_graph(self) -> str:
        return f"{self.base}graph/vocabulary"

    @property
    def frameworks_graph(self) -> str:
        return f"{self.base}graph/frameworks"

    @property
    def derived_graph(self) -> str:
        """Holds what the software concluded by itself, apart from what documents say."""
        return f"{self.base}graph/derived"

    def municipality(self, code: str) -> str:
        return f"{self.base}id/{_join(code)}"

    def department(self, municipality: Municipality, name: str) -> str:
        return f"{self.municipality(municipality.code)}/department/{_join(fold_name(name))}"

    def plan(self, plan: Plan) -> str:
        return f"{self.municipality(plan.municipality.code)}/plan/{_join(plan.slug)}"

    def element(self, plan: Plan, path: Iterable[str]) -> str:
        """A PlanElement or Measure by its path below the plan: ("measure", "4")."""
        return f"{self.plan(plan)}/{_join(*path)}"

    def activity(self, plan: Plan, path: Iterable[str], document_id: str, order: int) -> str:
        return f"{self.element(plan, path)}/activity/{_join(document_id, str(order))}"

    def effect(self, plan: Plan, path: Iterable[str], document_id: str, order: int) -> str:
        return f"{self.element(plan, path)}/effect/{_join(document_id, str(order))}"

    def initiative_path(self, name: str) -> tuple[str, ...]:
        """The path of an initiative below its plan; it has no number, so the name stands in it."""
        return ("initiative", fold_name(name))

    def assessment(self, plan: Plan, path: Iterable[str], document_id: str, order: int) -> str:
        return f"{self.element(plan, path)}/assessment/{_join(document_id, str(order))}"

    def alignment(self, plan: Plan, path: Iterable[str], item: str) -> str:
        """A statement that the measure answers to ``item``, the IRI of a framework's item below ``base``."""
        below = [unquote(segment) for segment in item.removeprefix(f"{self.base}id/framework/").split("/")]
        return f"{self.element(plan, path)}/alignment/{_join(*below)}"

    def indicator(self, plan: Plan, name: str, measure: Iterable[str] = ()) -> str:
        """By name below its plan, because slides and summaries print no measure number.

        ``measure`` is given only where one document prints the same name under several measures: then the name alone names nothing.
        """
        return f"{self.municipality(plan.municipality.code)}/indicator/{_join(plan.slug, *measure, fold_name(name))}"

    def observation(self, indicator: str, document_id: str, cell: str) -> str:
        """``cell`` is year and role, for example 2024-actual. The document is part of it because documents may disagree."""
        return f"{indicator}/{_join(document_id, cell)}"

    def document(self, document_id: str) -> str:
        """Also the name of the graph that holds what the document says."""
        return f"{self.base}id/document/{_join(document_id)}"

    def passage(self, document_id: str, order: int) -> str:
        return f"{self.document(document_id)}/passage/{order}"

    def reorganisation(self, document_id: str, order: int) -> str:
        return f"{self.document(document_id)}/reorganisation/{order}"

    def quotation(self, document_id: str, start: int, end: int) -> str:
        return quotation_in(self.document(document_id), start, end)

    def framework(self, *path: str) -> str:
        return f"{self.base}id/framework/{_join(*path)}"
