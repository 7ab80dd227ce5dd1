"""What a question asks for: where, when, by whom, from which plan, which kind of answer, and what is left as its topic."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from search_api.question_names import NameMention, Names, find_unknown_town
from search_api.question_years import find_years
from search_api.text_analysis import Folded, fold

_CUES = Path(__file__).with_name("cue_words.toml")
_GENERAL = re.compile(
    "取組|取り組み|業務|仕事|事業|施策|計画|担当|所管|一覧|項目|内容|(?:に|と)(?:基づ|関連|対応|関)(?:く|し|する|した|して)?|[のをはがにとで、,・。?!]|\\s"
)
# What is left of an English question when a place or year is taken out: cashless payment in (Sumida).
_EDGES = re.compile(r"^(?:in|at|of|for|by)\s|\s(?:in|at|of|for|by)$", re.IGNORECASE)
_BOTH = re.compile("両(?:区|市|町|村|都市|自治体)")


@dataclass(frozen=True, slots=True)
class Condition:
    """One reading of a question: ``text[start:end]`` names ``value`` of ``field`` (municipality, fiscal_year, department, plan, framework).

    ``effect``: "filter" keeps only what fits, "boost" puts it first, "none" where the index has nothing of it.
    """

    field: str
    value: str | int
    start: int
    end: int
    effect: str

    @property
    def key(self) -> str:
        """How a request names it to be ignored: ``fiscal_year:2024``."""
        return f"{self.field}:{self.value}"

    def to_json(self, text: str) -> dict[str, Any]:
        """``span`` counts code points of the question ``text``."""
        typed = {"text": text[self.start : self.end], "span": [self.start, self.end]}
        return {"field": self.field, "value": self.value, **typed, "effect": self.effect, "key": self.key}


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    ``topic`` is the text in one width without places, years and cue words; when nothing would be left it is the whole text.
    ``conditions`` are in force, ``ignored`` were read but are not wanted. ``unknown_municipality`` is named but not in the index.
    ``intent`` is owner, figure or topic; ``asks_for_figures`` also where owners are asked for as well.
    """

    text: str
    topic: str
    conditions: tuple[Condition, ...] = ()
    ignored: tuple[Condition, ...] = ()
    unknown_municipality: str | None = None
    intent: str = "topic"
    asks_for_figures: bool = False
    asks_for_all: str | None = None

    @property
    def municipalities(self) -> tuple[str, ...]:
        return self._values("municipality")

    @property
    def fiscal_years(self) -> tuple[int, ...]:
        return self._values("fiscal_year")

    @property
    def departments(self) -> tuple[str, ...]:
        return tuple(sorted(self._values("department")))

    @property
    def plans(self) -> tuple[str, ...]:
        return self._values("plan")

    @property
    def frameworks(self) -> tuple[str, ...]:
        return self._values("framework")

    @property
    def asks_for_departments(self) -> bool:
        """Whether nothing but departments is named (税務課の仕事): then all their measures are wanted."""
        return self.asks_for_all == "department"

    def narrowed_to(self, field: str) -> tuple[str | int, ...]:
        """The values of ``field`` that alone are wanted; all where it is empty."""
        return tuple(c.value for c in self.conditions if c.field == field and c.effect == "filter")

    def overridden(self, fields: Collection[str]) -> Question:
        """With the readings of ``fields`` out of force, because the request itself says which to keep."""
        conditions = tuple(replace(c, effect="none") if c.field in fields else c for c in self.conditions)
        return replace(self, conditions=conditions, asks_for_all=None if self.asks_for_all in fields else self.asks_for_all)

    def to_json(self) -> dict[str, Any]:
        """``understood`` of the contract, section 5, with plans, frameworks and every condition with its place in the text."""
        return {
            "municipalities": list(self.municipalities),
            "fiscal_years": list(self.fiscal_years),
            "departments": list(self.departments),
            "intent": self.intent,
            "plans": list(self.plans),
            "frameworks": list(self.frameworks),
            "unknown_municipality": self.unknown_municipality,
            "conditions": [condition.to_json(self.text) for condition in self.conditions],
            "ignored": [condition.to_json(self.text) for condition in self.ignored],
        }

    def _values(self, field: str) -> tuple:
        return tuple(dict.fromkeys(condition.value for condition in self.conditions if condition.field == field))


def understand(text: str, names: Names | None = None, *, today: date | None = None, ignored: Collection[str] = ()) -> Question:
    """Take ``text`` apart, given the ``names`` that the index knows.

    昨年度 and the like are read as of ``today`` and left alone without it. ``ignored`` holds keys of conditions (``plan:…``) that do not
    apply; what they stand on is still no topic.
    """
    names = names or Names()
    folded = fold(text)
    read, cuts = _read_conditions(folded, names, today)
    conditions = [condition for condition in read if condition.key not in ignored]
    known_town = any(condition.field == "municipality" for condition in read)
    unknown = None if known_town or not names.municipalities else find_unknown_town(folded.text, names.municipalities)
    if unknown and f"municipality:{unknown}" in ignored:
        place = re.search(f"{re.escape(unknown)}(?:では?|の|は)?", text)
        cuts, unknown = [*cuts, *([place.span()] if place else [])], None
    rest = _unify(_blank(text, cuts))
    owner, figure = (bool(_cues()[intent].search(rest)) for intent in ("owner", "figure"))
    topic = rest
    for kind in ("owner", "comparison", "request"):
        topic = _cues()[kind].sub(" ", topic)
    topic = " ".join(_EDGES.sub(" ", topic.strip(" 、。?!・")).split()) or _unify(text)
    only = _only_named(topic, text, conditions)
    return Question(
        text=text,
        topic=topic,
        conditions=tuple(replace(c, effect="filter") if c.field == only else c for c in conditions),
        ignored=tuple(condition for condition in read if condition.key in ignored),
        unknown_municipality=unknown,
        intent="owner" if owner else "figure" if figure else "topic",
        asks_for_figures=figure,
        asks_for_all=only,
    )


def _read_conditions(folded: Folded, names: Names, today: date | None) -> tuple[list[Condition], list[tuple[int, int]]]:
    """Every reading once, in order, and the places in the original text that are no topic."""
    mentions = names.find(folded.text)
    titles = [mention for mention in mentions if mention.field != "municipality"]
    years = [y for y in find_years(folded.text, today) if not any(y.start < m.end and m.start < y.end for m in titles)]
    read = [Condition(m.field, m.value, *folded.span(m.start, m.end), _effect(m, names)) for m in mentions]
    for mention in years:
        place = folded.span(mention.start, mention.end)
        read += [Condition("fiscal_year", y, *place, "boost" if y in names.fiscal_years else "none") for y in mention.years]
    both = _BOTH.search(folded.text)
    if both and len(names.municipalities) == 2 and not any(m.field == "municipality" for m in mentions):
        read += [Condition("municipality", name, *folded.span(*both.span()), "filter") for name in names.municipalities]
    once: dict[str, Condition] = {}
    for condition in sorted(read, key=lambda c: c.start):
        once.setdefault(condition.key, condition)
    cuts = [(m.start, m.cut) for m in mentions if _narrows(m)] + [(mention.start, mention.cut) for mention in years]
    return list(once.values()), [folded.span(*cut) for cut in cuts]


def _effect(mention: NameMention, names: Names) -> str:
    if mention.field == "framework" and mention.value not in names.frameworks:
        return "none"
    return "filter" if _narrows(mention) else "boost"


def _narrows(mention: NameMention) -> bool:
    return mention.field == "municipality" or (mention.field == "plan" and mention.whole)


def _only_named(topic: str, text: str, conditions: Iterable[Condition]) -> str | None:
    """The kind of thing that the topic names and nothing besides: a department, a framework or a plan."""
    plain = _unify(topic)
    for field in ("department", "framework", "plan"):
        typed = {
            _unify(text[condition.start : condition.end])
            for condition in conditions
            if condition.field == field and condition.effect != "none"
        }
        rest = plain
        for name in sorted(typed, key=len, reverse=True):
            rest = rest.replace(name, " ")
        if typed and not _GENERAL.sub("", rest).strip():
            return field
    return None


def _blank(text: str, spans: Iterable[tuple[int, int]]) -> str:
    kept, position = [], 0
    for start, end in sorted(spans):
        kept.append(text[position:start])
        position = max(position, end)
    return " ".join([*kept, text[position:]])


def _unify(text: str) -> str:
    """One width; the case stays, since the sentence models know it."""
    return unicodedata.normalize("NFKC", text).strip()


def cue_list(kind: str) -> list[str]:
    """The entries of one list of ``cue_words.toml``."""
    return _cue_lists()[kind]


@cache
def _cue_lists() -> dict[str, list[str]]:
    return tomllib.loads(_CUES.read_text(encoding="utf-8"))


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    return {kind: re.compile("|".join(cue_list(kind)), re.IGNORECASE) for kind in ("owner", "figure", "comparison", "request")}
