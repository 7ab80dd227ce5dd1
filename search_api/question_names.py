"""What a question calls by name: the municipalities, departments, plans and frameworks that an index knows, in the ways people write them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache, cached_property

from ontology.frameworks import known_frameworks
from ontology.municipalities import is_prefecture, load_municipalities, municipalities_by_name
from search_api.folding import fold, to_katakana
from search_api.kana import loose_key, read_romaji
from search_api.units import Unit

# A part of a plan's title shorter than this (DX, 文化) is a word like any other.
MIN_STEM = 4
MIN_ABBREVIATION = 4

_KANJI = "々一-鿿"
_SUFFIX = re.compile("[都道府県市区町村]$")
_KANA_SUFFIX = re.compile("(?:し|く|ちょう|まち|むら|そん)$")
_LATIN_TOWN = re.compile(r"(?<![a-z0-9])(?P<stem>[a-z]{4,}?)(?:[- ]?(?:ku|shi|city|ward|cho|machi|town|mura|village))?(?![a-z0-9-])")
_PLACE_TAIL = re.compile("(?:において|における|では|での|には|にある|の|で|は|と|、)?")
# In kana a name may be part of any other word: only what can follow a place may follow it.
_KANA_END = r"(?=[のではとにがも、。?!\s]|$)"
_KANA_START = rf"(?<![ぁ-ゖァ-ヺー{_KANJI}a-z0-9])"
# Words on which a department's name may follow without a break: 墨田区税務課, 総務部職員課.
_BEFORE_UNIT = re.compile(rf"(?:^|[^{_KANJI}]|[区市町村県都府部局室課院所会])$")
_UNIT_LIKE = re.compile(rf"[{_KANJI}ァ-ヺーa-z0-9・]{{2,}}?(?:担当課長|担当室|担当|課|係|室|事務所|センター)")
_PLAN_WORD = "計画|プラン|ビジョン|戦略|方針|大綱|指針|構想|プログラム|アクションプラン"
_PLAN_TAIL = re.compile(f"(?:推進|実施|実行|基本|行動|総合)*(?:{_PLAN_WORD})$")
_EDITION = re.compile(
    r"(?:第?\d+(?:次|期|版)|(?:令和|平成|[rh])\s*(?:元|\d+)(?:年度?)?(?:版|改訂版?|改定版?)?|20\d\d(?:年度?)?|\([^)]*\)|[〜~\-・\s])+"
)
_FRAMEWORK_NAME = re.compile(f"(?:{_PLAN_WORD}|法|条例)$")
# A plan of somebody else has the same name: 国のDX推進計画.
_OF_OTHERS = re.compile("(?:国|都|県|府|道|政府|総務省|デジタル庁)の$")


@dataclass(frozen=True, slots=True)
class NameMention:
    """``text[start:end]`` names ``value`` of the kind ``field`` (a filter of the search); up to ``cut`` only particles follow.

    ``whole`` is False where but a part of the name is typed.
    """

    field: str
    value: str
    start: int
    end: int
    cut: int
    whole: bool = True


@dataclass(frozen=True)
class Names:
    """The names that an index knows. ``readings`` gives the hiragana of a municipality where it is known."""

    municipalities: tuple[str, ...] = ()
    departments: tuple[str, ...] = ()
    plans: tuple[str, ...] = ()
    frameworks: tuple[str, ...] = ()
    fiscal_years: frozenset[int] = frozenset()
    readings: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, units: Iterable[Unit]) -> Names:
        """The names in ``units``; collective departments (各課) name nobody."""
        places: dict[str, str] = {}
        departments, plans, frameworks, years = set(), set(), set(), set()
        for unit in units:
            if unit.municipality:
                places[unit.municipality[1]] = unit.municipality[0]
            if unit.plan:
                plans.add(unit.plan[1])
            departments.update(owner.name for owner in unit.owners if owner.role != "collective")
            frameworks.update(frameworks_of(unit))
            years.update(unit.fiscal_years)
        kana = {town.code: town.kana for town in load_municipalities()}
        return cls(
            tuple(sorted(places)), tuple(sorted(departments)), tuple(sorted(plans)), tuple(sorted(frameworks)), frozenset(years),
            {name: kana[code] for name, code in places.items() if code in kana},
        )  # fmt: skip

    def find(self, text: str) -> list[NameMention]:
        """What ``text`` (one width, lower case) names, in order. The longer name wins, but a plan's title may begin with a municipality."""
        towns = list(self._find_towns(text))
        named = [*self._find_frameworks(text), *self._find_plans(text, {town.end for town in towns}), *self._find_departments(text)]
        found: list[NameMention] = []
        for mention in sorted(named, key=lambda m: (m.start - m.end, m.start, m.value)):
            if not any(_overlap(mention, other) and (mention.start, mention.end) != (other.start, other.end) for other in found):
                found.append(mention)
        found += [town for town in towns if not any(other.start < town.start < other.end for other in found)]
        return sorted(found, key=lambda m: (m.start, m.end, m.field, m.value))

    @cached_property
    def _towns(self) -> Mapping[str, re.Pattern[str]]:
        return {name: re.compile(_town_pattern(fold(name).text, self.readings.get(name, ""))) for name in self.municipalities}

    def _find_towns(self, text: str) -> Iterator[NameMention]:
        for name, pattern in self._towns.items():
            for match in pattern.finditer(text):
                yield NameMention("municipality", name, match.start(), match.end(), _particle_end(text, match.end()))
        for match in _LATIN_TOWN.finditer(text):
            keys = [loose_key(read_romaji(word)) for word in (match[0], match["stem"])]
            for name in dict.fromkeys(self._by_sound[key] for key in keys if key in self._by_sound):
                yield NameMention("municipality", name, match.start(), match.end(), _particle_end(text, match.end()))

    @cached_property
    def _by_sound(self) -> Mapping[str, str]:
        """Sound of the stem → municipality: Sumida, Itabashi City."""
        return {loose_key(to_katakana(_KANA_SUFFIX.sub("", kana))): name for name, kana in self.readings.items()}

    @cached_property
    def _units(self) -> Phrases:
        return Phrases({fold(name).text: (name,) for name in self.departments if len(name) > 1})

    def _find_departments(self, text: str) -> list[NameMention]:
        found = [
            NameMention("department", name, start, end, end)
            for start, end, names in self._units.find(text) if _BEFORE_UNIT.search(text[:start]) for name in names
        ]  # fmt: skip
        for match in _UNIT_LIKE.finditer(text):
            if not any(match.start() < m.end and m.start < match.end() for m in found):
                found += self._find_abbreviation(match)
        return found

    def _find_abbreviation(self, match: re.Match[str]) -> Iterator[NameMention]:
        """A department typed without the beginning or the end of its name, where only one can be meant."""
        typed = match[0]
        meant = [name for key, (name,) in self._units.phrases.items() if key != typed and (key.startswith(typed) or key.endswith(typed))]
        if len(typed) >= MIN_ABBREVIATION and len(meant) == 1:
            yield NameMention("department", meant[0], match.start(), match.end(), match.end(), whole=False)

    @cached_property
    def _plan_titles(self) -> Phrases:
        keys: dict[str, list[str]] = defaultdict(list)
        for title in self.plans:
            for key in _plan_keys(title, self.municipalities):
                keys[key].append(title)
        return Phrases({key: tuple(titles) for key, titles in keys.items()})

    @cached_property
    def _plan_stems(self) -> Phrases:
        """Parts of titles that belong to one plan only: 行財政改革 for 行財政改革実施計画."""
        named: dict[str, set[str]] = defaultdict(set)
        bases = {title: _plan_base(title, self.municipalities) for title in self.plans}
        for title, base in bases.items():
            stem = _PLAN_TAIL.sub("", base)
            if len(stem) >= MIN_STEM and stem != base:
                named[stem].add(title)
        return Phrases({
            stem: tuple(sorted(titles)) for stem, titles in named.items()
            if not any(stem in base for title, base in bases.items() if title not in titles)
        })  # fmt: skip

    def _find_plans(self, text: str, after_towns: Collection[int]) -> Iterator[NameMention]:
        whole = [(start, end, titles) for start, end, titles in self._plan_titles.find(text) if _stands_alone(text, start, after_towns)]
        for start, end, titles in whole:
            yield from (NameMention("plan", title, start, end, _particle_end(text, end)) for title in titles)
        for start, end, titles in self._plan_stems.find(text):
            inside = any(start < other_end and other_start < end for other_start, other_end, _ in whole)
            if not inside and _stands_alone(text, start, after_towns):
                yield from (NameMention("plan", title, start, end, end, whole=False) for title in titles)

    @cached_property
    def _framework_names(self) -> Phrases:
        keys = {fold(label).text: (label,) for label in self.frameworks}
        for framework in known_frameworks():
            if not framework.is_edition:
                keys |= {fold(name).text: (framework.names[0],) for name in framework.names}
        return Phrases(keys)

    def _find_frameworks(self, text: str) -> list[NameMention]:
        return [
            NameMention("framework", label, start, end, end) for start, end, labels in self._framework_names.find(text) for label in labels
        ]


def frameworks_of(unit: Unit) -> Iterator[str]:
    """The names of the national and other plans that a unit is aligned with, also where it is with one of their items."""
    for iri, label in unit.frameworks:
        if _FRAMEWORK_NAME.search(label):
            yield label
        yield from (framework.names[0] for framework in known_frameworks() if f"/{framework.iri}/" in iri and not framework.is_edition)


class Phrases:
    """Phrases (one width, lower case) and what each stands for, to be found in a text in one pass."""

    def __init__(self, phrases: Mapping[str, tuple[str, ...]]) -> None:
        self.phrases = phrases
        self._lengths = sorted({len(phrase) for phrase in phrases}, reverse=True)

    def find(self, text: str) -> Iterator[tuple[int, int, tuple[str, ...]]]:
        """(start, end, meanings) from left to right, the longest phrase at each place."""
        position = 0
        while position < len(text):
            length = next((n for n in self._lengths if text[position : position + n] in self.phrases and position + n <= len(text)), 0)
            if length:
                yield position, position + length, self.phrases[text[position : position + length]]
            position += length or 1


def find_unknown_town(text: str, known: Collection[str]) -> str | None:
    """A municipality of Japan that ``text`` names in kanji or kana and that is not among ``known``."""
    names = sorted(_find_pieces(text, _town_names()))
    read = [kana for kana in sorted(_find_pieces(text, _town_readings())) if re.search(f"{_KANA_START}{kana}{_KANA_END}", text)]
    names += [name for kana in read for name in _town_readings()[kana]]
    named = [name for name in names if name not in known and not any(name != other and name in other for other in names)]
    return max(named, key=len, default=None)


def _find_pieces(text: str, names: Mapping[str, tuple[str, ...]]) -> set[str]:
    """The ``names`` that stand in ``text``: its pieces are looked up, which are fewer than all names of Japan."""
    lengths = {len(name) for name in names}
    return {piece for n in lengths for start in range(len(text) - n + 1) if (piece := text[start : start + n]) in names}


@cache
def _town_names() -> Mapping[str, tuple[str, ...]]:
    # Names of two characters (津市, 港区) also turn up inside other words; a prefecture is part of many names and says little.
    named = municipalities_by_name().items()
    return {name: (name,) for name, found in named if len(name) > 2 and not any(is_prefecture(town) for town in found)}


@cache
def _town_readings() -> Mapping[str, tuple[str, ...]]:
    """Reading → the names that are read so."""
    named: dict[str, list[str]] = defaultdict(list)
    for town in load_municipalities():
        if not is_prefecture(town) and len(town.kana) > 3:
            named[town.kana].append(town.name)
    return {kana: tuple(sorted(names)) for kana, names in named.items()}


def _town_pattern(name: str, kana: str) -> str:
    """In full (墨田区の), by its stem (板橋と), by its reading (すみだく, いたばしの)."""
    stem = _SUFFIX.sub("", name)
    forms = [re.escape(name)]
    if len(stem) > 1:  # a stem inside a longer word is part of another name
        forms.append(rf"(?<![{_KANJI}]){re.escape(stem)}(?![{_KANJI}])")
    for reading in (kana, _KANA_SUFFIX.sub("", kana)):
        if len(reading) > 2:
            forms += [f"{_KANA_START}{written}{_KANA_END}" for written in (reading, to_katakana(reading))]
    return "|".join(forms)


def _plan_keys(title: str, towns: Iterable[str]) -> list[str]:
    """The whole title, without the municipality, without edition and year."""
    whole = "".join(fold(title).text.split())
    bare, base = _without_town(whole, towns), _plan_base(title, towns)
    town = whole.removesuffix(bare)
    return [key for key in dict.fromkeys((whole, bare, base, town + base)) if len(key) >= MIN_STEM]


def _plan_base(title: str, towns: Iterable[str]) -> str:
    return _EDITION.sub("", _without_town("".join(fold(title).text.split()), towns))


def _without_town(title: str, towns: Iterable[str]) -> str:
    return next((title.removeprefix(town) for town in towns if title.startswith(town)), title)


def _stands_alone(text: str, start: int, after: Collection[int]) -> bool:
    if start in after or start == 0:
        return True
    return not re.match(rf"[{_KANJI}ァ-ヺーa-z0-9・]", text[start - 1]) and not _OF_OTHERS.search(text[:start])


def _particle_end(text: str, end: int) -> int:
    tail = _PLACE_TAIL.match(text, end)
    return tail.end() if tail else end


def _overlap(one: NameMention, other: NameMention) -> bool:
    return one.start < other.end and other.start < one.end
