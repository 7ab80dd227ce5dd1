"""What a question asks for: where, when, by whom, which kind of answer, and what is left as its topic."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ontology.fiscal_year import find_fiscal_years
from ontology.municipalities import is_prefecture, municipalities_by_name

_CUES = Path(__file__).with_name("cue_words.toml")
_YEAR = re.compile(
    r"(?:(?:令和|平成|昭和|[rhs](?=\d))\s*(?:元|\d{1,2})\s*(?:\(\d{4}\))?\s*(?:年度?)?|(?<!\d)20\d{2}\s*年度?)(?:末|中)?の?", re.IGNORECASE
)
_GENERAL = re.compile("取組|業務|仕事|事業|施策|計画|担当|所管|一覧|[のをはがと、,・。?!]|\\s")
_BOTH = re.compile("両(?:区|市|町|村|都市|自治体)")
_SUFFIX = re.compile("[都道府県市区町村]$")
_KANJI = "\u3005\u4e00-\u9fff"


@dataclass(frozen=True, slots=True)
class Question:
    """A question taken apart.

    ``topic`` is the text in one width without places, years and cue words; when nothing would be left it is the whole text.
    ``municipalities`` are those of the index that are named; ``unknown_municipality`` one that is named but not in the index.
    """

    text: str
    topic: str
    municipalities: tuple[str, ...] = ()
    unknown_municipality: str | None = None
    fiscal_years: tuple[int, ...] = ()
    departments: tuple[str, ...] = ()
    intent: str = "topic"

    @property
    def asks_for_departments(self) -> bool:
        """Whether nothing but departments is named (税務課の仕事): then all their measures are wanted."""
        rest = self.topic
        for name in self.departments:
            rest = rest.replace(_unify(name), " ")
        return bool(self.departments) and not _GENERAL.sub("", rest).strip()


def understand(text: str, municipalities: Collection[str] = (), departments: Collection[str] = ()) -> Question:
    """Take ``text`` apart, given the names of the municipalities and departments that the index knows."""
    plain = _unify(text)
    rest, places = _take_places(plain, sorted(set(municipalities)))
    unknown = None if places or not municipalities else _find_unknown_place(plain, municipalities)
    rest, years = _take_years(rest)
    named = [name for name in sorted(set(departments), key=lambda n: (-len(n), n)) if len(name) > 1 and _unify(name) in plain]
    units = [name for name in named if not any(name != other and name in other for other in named)]
    intent = next((intent for intent in ("owner", "figure") if _cues()[intent].search(rest)), "topic")
    topic = rest
    for kind in ("owner", "comparison", "request"):
        topic = _cues()[kind].sub(" ", topic)
    topic = " ".join(topic.strip(" 、。?!・").split())
    return Question(text, topic or plain, tuple(places), unknown, tuple(years), tuple(sorted(units)), intent)


def _unify(text: str) -> str:
    """One width; the case stays, since the sentence models know it."""
    return unicodedata.normalize("NFKC", text).strip()


def _take_places(text: str, names: list[str]) -> tuple[str, list[str]]:
    """The text without the known municipalities it names, in full (墨田区の) or by stem (板橋と)."""
    found = []
    for name in names:
        full, stem = re.escape(_unify(name)), re.escape(_SUFFIX.sub("", _unify(name)))
        # A stem inside a longer word is part of another name.
        by_stem = rf"(?<![{_KANJI}]){stem}(?![{_KANJI}])" if len(stem) > 1 else full
        pattern = rf"(?:{full}|{by_stem})(?:において|における|では|での|には|にある|の|で|は|と|、)?"
        rest = re.sub(pattern, " ", text)
        if rest != text:
            found.append(name)
            text = rest
    if not found and len(names) == 2 and _BOTH.search(text):
        found = names
    return text, found


def _find_unknown_place(text: str, known: Iterable[str]) -> str | None:
    names = [name for name in _municipality_names() if name in text]
    named = [name for name in names if name not in known and not any(name != other and name in other for other in names)]
    return max(named, key=len, default=None)


@cache
def _municipality_names() -> tuple[str, ...]:
    # Names of two characters (津市, 港区) also turn up inside other words; a prefecture is part of many names and says little.
    named = municipalities_by_name().items()
    return tuple(sorted(name for name, found in named if len(name) > 2 and not any(is_prefecture(town) for town in found)))


def _take_years(text: str) -> tuple[str, list[int]]:
    years = [year for match in _YEAR.finditer(text) for year in find_fiscal_years(match[0].upper())]
    return (_YEAR.sub(" ", text) if years else text), list(dict.fromkeys(years))


@cache
def _cues() -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads(_CUES.read_text(encoding="utf-8"))
    return {kind: re.compile("|".join(lists[kind]), re.IGNORECASE) for kind in lists}
