"""Units that a document says were set up, dissolved, merged, split or renamed.

A sentence tells of a change by its own words: 土木課を廃止し、道路課及び河川課を設置した。 総務課を総務企画課に改称する。 健康課（旧保健課）. What no
sentence says is not concluded, however alike two names are.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache

from ingest.characters import join_lines
from ingest.departments import ends_like_department, is_collective, split_cell
from ingest.labels import Labels
from ontology.fiscal_year import find_fiscal_years
from ontology.model import ActivityStatus, Department, Measure, Passage, Reorganisation, Source

_LONGEST_SENTENCE = 400  # what runs on for longer is a table that was read as prose
_SENTENCE = re.compile(r"[^。\n]+。?")
_PARENT = re.compile(r"^(?!外部|内部|全部|一部|幹部|本部|学部)(?:(?:同|各)部|[^・]{1,9}?[部局](?:の)?)(?=[^・]{2,}(?:課|室|係|班|担当)$)")
_AND = re.compile(r"(?<=[課室部局係班])(?:と|並びに|および|及び)(?=[^しすなもはの])")
# Where what came before the name ends: particles that no name holds, and words that tell the name is not new.
_BOUNDARY = re.compile(
    r"(?:[をがはにへで]|から|より|ため|として|これまでの|従来の|既存の|現行の|現在の|新たな|[部局内]の|[にへ]、|[(（「『]|^旧)"
)
_REMARK = re.compile(r"[(（][^()（）]*[)）]$")
_NO_NAME = re.compile(r"(?:新しい|[たるの])[課室部局係]$")
_DONE = re.compile(r"(?:した|しました|された|されました|てきた|ている|ています)[。)）]?$")
_PLANNED = re.compile(r"(?:する|します|行う|行います|図る|図ります|予定|される|されます|していく|していきます)(?:である|です)?[。)）]?$")
_ABOUT_OTHERS = re.compile(r"(?:国|政府|[都県]|社会|他自治体)の(?:動向|動き|取組|施策|政策|計画|状況)")
# 「東京都は、令和３年に〇〇局を設置し」: a unit of somebody else.
_OTHER_GOVERNMENT = re.compile(r"(?:国|政府|[都県]|省|庁|都政|県政|国政|他自治体)(?:で)?(?:は|が|の(?:動向|動き|取組))|都政の|県政の")
_DATE = re.compile(r"(?:令和|平成|R|H)\s*(?:元|\d{1,2})\s*年\s*(1[0-2]|0?[1-9])\s*月(?:\s*(3[01]|[12]\d|0?[1-9])\s*日)?")
_FORMERLY = re.compile(r"(?P<new>[^、。(（)）\s]{2,20})[(（]旧[:：・]?(?P<old>[^、。()（）]{2,20})[)）]")
_NOW = re.compile(r"(?P<old>[^、。(（)）\s]{2,20})[(（](?:現在の|現在は|現)[:：・]?(?P<new>[^、。()（）]{2,20})[)）]")
# 「AをBに改称」「AからBへ名称変更」「Aの名称をBに変更」
_PAIRS = tuple(
    re.compile(form)
    for form in (
        r"^(?P<old>.+)[をはが]、?(?P<new>.+?)[にへと]$",
        r"^(?P<old>.+)から(?P<new>.+?)[にへ]$",
        r"^(?P<old>.+)の名称を(?P<new>.+?)[にへと]$",
    )
)
_OF_UNITS = ("統合", "統廃合", "改組", "改編", "再編", "分割", "分離")
_NOUN = r"(?=$|[。、)）]|に(?:より|伴|よる)|など|等)"  # 「環境政策課の新設」, not 「課の設置した」
_INTO = re.compile(r"^し(?:て)?、?(?P<new>[^。を]{2,60}?)(?:と(?:し|す|な)|に(?:し|す))")


@dataclass(frozen=True, slots=True)
class _Told:
    """A text that may tell of changes, with the year and status of the bullet it is."""

    text: str
    source: Source
    fiscal_year: int | None = None
    status: ActivityStatus | None = None


def read_reorganisations(measures: Sequence[Measure], passages: Sequence[Passage], labels: Labels) -> tuple[Reorganisation, ...]:
    """Every change of organisation that the bullets, goals and prose of a document tell of, in the order of its lines."""
    found = [change for told in _texts(measures, passages) for change in _read(told, labels)]
    ordered = sorted(found, key=lambda change: (change.source.start_line, change.source.end_line))
    return tuple(replace(change, order=order) for order, change in enumerate(ordered, 1))


def _texts(measures: Iterable[Measure], passages: Iterable[Passage]) -> Iterator[_Told]:
    for measure in measures:
        for activity in measure.activities:
            yield _Told(activity.text, activity.source, activity.fiscal_year, activity.status)
        for effect in measure.effects:
            yield _Told(effect.text, effect.source, effect.fiscal_year)
        if measure.description and measure.description_source:
            yield _Told(measure.description, measure.description_source)
    for passage in passages:
        if passage.heading and _ABOUT_OTHERS.search(passage.heading):
            continue
        yield _Told(passage.text, passage.source)


def _read(told: _Told, labels: Labels) -> Iterator[Reorganisation]:
    if not any(word in told.text for word in _mentions(labels)):
        return
    for sentence in _SENTENCE.findall(told.text):
        if len(sentence) > _LONGEST_SENTENCE:
            continue
        plain = join_lines([sentence])
        date = _DATE.search(plain)
        year = _fiscal_year(date, plain)
        for original, resulting in _changes(plain, labels):
            yield Reorganisation(
                order=0,
                text=plain,
                source=told.source,
                original=tuple(Department(name, source=told.source) for name in original),
                resulting=tuple(Department(name, source=told.source) for name in resulting),
                fiscal_year=year if year is not None else told.fiscal_year,
                date=_iso_date(date) if date else None,
                status=told.status or _status(plain),
            )


def _changes(sentence: str, labels: Labels) -> list[tuple[list[str], list[str]]]:
    """The units before and after each change that a sentence tells of; none where it tells of another government or only of a thought."""
    if _OTHER_GOVERNMENT.search(sentence):
        return []
    for pair in (*_FORMERLY.finditer(sentence), *_NOW.finditer(sentence)):
        old, new = _names(pair["old"], labels, "any"), _names(pair["new"], labels, "any")
        if len(old) == len(new) == 1:
            return [(old, new)]
    changes: list[tuple[list[str], list[str]]] = []
    gone: list[str] = []
    made: list[str] = []
    clause_start = 0
    for verb in _verbs(labels).finditer(sentence):
        before, after = sentence[clause_start : verb.start()], sentence[verb.end() :]
        if any(word in after[:30] for word in labels.words("reorganisation", "open")):
            continue
        pairs = _pairs(before, labels) if verb.lastgroup == "become" else []
        old, new = ([], []) if pairs else _units_of_clause(before, verb, after, labels)
        changes += pairs
        gone += [name for name in old if name not in gone]
        made += [name for name in new if name not in made]
        if pairs or old or new:
            clause_start = verb.end()
    made = [name for name in made if name not in gone]
    return [*changes, *([(gone, made)] if gone or made else [])]


def _pairs(before: str, labels: Labels) -> list[tuple[list[str], list[str]]]:
    """「情報課をデジタル課に、収納課を納税課に」: each unit with what it becomes; none unless the last is whole."""
    pairs: list[tuple[list[str], list[str]]] = []
    for part in reversed(re.split(r"(?<=[にへと])、", before)):
        found = [(match["old"], match["new"]) for pattern in _PAIRS if (match := pattern.match(part))]
        named = [(_names(old, labels, "any"), _names(new, labels, "any")) for old, new in found if _whole(new)]
        whole = [(old, new) for old, new in named if old and new]
        if not whole:
            break
        pairs.insert(0, whole[0])
    return pairs


def _units_of_clause(before: str, verb: re.Match[str], after: str, labels: Labels) -> tuple[list[str], list[str]]:
    """What the words around one verb name as (before, after) the change."""
    if verb.lastgroup == "establish":
        return [], _names(before, labels, "unit")
    if verb.lastgroup == "dissolve":
        return _names(before, labels, "unit"), []
    old = _names(before[:-1], labels, "unit") if before.endswith(("を", "が")) and verb["become"] in _OF_UNITS else []
    into = _INTO.match(after)
    return old, _names(into["new"], labels, "unit") if old and into else []


def _whole(text: str) -> bool:
    """Whether nothing but names stands between the particles: 「総務課に事務を移し、企画課に」 is no pair."""
    return not re.search(r"[をがは。]|から", text)


def _names(text: str, labels: Labels, kind: str) -> list[str]:
    """The units that ``text`` ends with, in printed order: 「…のため、都市整備部道路課及び公園課」 → 道路課, 公園課."""
    pieces = re.split(r"[、,]", _AND.sub("、", text))
    names: list[str] = []
    for piece in reversed(pieces):
        bare = re.split(_BOUNDARY, _REMARK.sub("", piece))[-1].strip(" 」』")
        found = [department.name for department in split_cell(bare, labels)] if bare else []
        if not found or not all(_is_unit(name, labels, kind) for name in found):
            break
        names = found + names
        if not piece.strip().startswith(bare):
            break
    return [_PARENT.sub("", name) for name in names]


def _is_unit(name: str, labels: Labels, kind: str) -> bool:
    if is_collective(name, labels) or len(name) > 24 or re.search(r"[\d。:：\s]", name) or _NO_NAME.search(name):
        return False
    body = name.endswith(labels.words("reorganisation", "body"))
    if kind == "any" and body:
        return len(name) > 3
    if body or not ends_like_department(name, labels):
        return False
    if kind == "any":
        return not name.endswith(labels.words("department", "subjects"))
    return name.endswith(labels.words("reorganisation", "unit"))


def _status(sentence: str) -> ActivityStatus | None:
    bare = re.sub(r"[(（][^()（）]*[)）]$", "", sentence.rstrip("。"))
    if _DONE.search(bare):
        return ActivityStatus.DONE
    return ActivityStatus.PLANNED if _PLANNED.search(bare) else None


def _fiscal_year(date: re.Match[str] | None, sentence: str) -> int | None:
    """The fiscal year that the sentence prints: of its date, or the one 年度 it names."""
    if date:
        year = find_fiscal_years(date[0])[0]
        return year - (int(date[1]) < 4)
    years = {year for found in re.finditer(r"\S{2,8}年度", sentence) for year in find_fiscal_years(found[0])}
    return years.pop() if len(years) == 1 else None


def _iso_date(date: re.Match[str]) -> str:
    """2024-04-01, or 2024-04 where no day is printed, or one that the month does not have."""
    year, month = find_fiscal_years(date[0])[0], int(date[1])
    has_day = date[2] and int(date[2]) <= monthrange(year, month)[1]
    return f"{year}-{month:02}-{int(date[2]):02}" if has_day else f"{year}-{month:02}"


@cache
def _mentions(labels: Labels) -> tuple[str, ...]:
    """One of these stands in every sentence that tells of a change."""
    return (*(word for role in ("establish", "dissolve", "become") for word in labels.words("reorganisation", role)), "(旧", "(現")


@cache
def _verbs(labels: Labels) -> re.Pattern[str]:
    """A verb of change with the particle before it: 「を設置」, 「に改称」."""
    establish, dissolve, become = ("|".join(labels.words("reorganisation", role)) for role in ("establish", "dissolve", "become"))
    return re.compile(
        rf"(?P<establish>を(?:{establish})|が(?:{establish})(?=され)|の(?:{establish}){_NOUN})|(?P<dissolve>を(?:{dissolve})|が(?:{dissolve})(?=され)|の(?:{dissolve}){_NOUN})"
        rf"|(?<=[をがにへと])(?P<become>{become})"
    )
