"""The title of the plan that a document is about, among all the plans it names."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.running_text import RunningText
from ontology.model import Municipality
from ontology.municipalities import municipalities_by_name

# Hiragana that only a sentence holds; まち・ひと・しごと and いきいき stay possible.
_SENTENCE = re.compile(
    r"を|では|には|との|また|より|として|する|した|され|おける|から|まで|ついて|基づ|及び|および|並びに|による|なる|れる|れた|であ|ほか|この|その"
)
_NOT_AFTER_NAME = re.compile(r"^(?:[はがにをでともやへ]|民|長|議会|役所|役場|内|立|外|等|版)")
_LETTERS = r"(?:[^\s。、,「」『』()【】〈〉<>:;※…●■▼►○◎☆★〜—=|\[\]⇒→]|\([A-Za-z]{2,5}\))"
_CLOSED_NAME = re.compile(r"(?<![一-龥々ァ-ヶーA-Za-z0-9・])([一-龥々ァ-ヶーA-Za-z0-9・&\-]{2,30})")
_YEAR_IN_TITLE = r"(?:20\d\d(?![年度\d(/.\-]))?"
_RENAMED = re.compile(r"名称を「([^」]{4,40})」(?:へ|に|と)(?:変更|改め|改称)")
_NUMBERING = re.compile(r"^(?:第?[0-9一二三四五六七八九十ⅠⅡⅢⅣⅤ]+[章節部編項)]?|[(①-⑳][0-9]*\)?|[●■◆○◇▼#*・])*[.、:]?")
_NUMBERED_LINE = re.compile(r"第?\d+[章節.)]|\d{1,2}(?![\d年月])|\(\d|[●■◆・①-⑳【]")
_EDITION = r"第[0-9一二三四五六七八九十]{1,3}[次期]"
_FIRST_LINES = 8
_HEAD_LINES = 60
_PASSING = 4  # points that a plan named once or twice in a sentence reaches


@dataclass(frozen=True, slots=True)
class PlanTitle:
    """``title`` as printed (blanks removed), ``core`` without the municipality's name and an edition before it, ``line`` where it is first printed."""

    title: str
    core: str
    line: int


@cache
def load_words() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads(Path(__file__).with_name("documents.toml").read_text(encoding="utf-8"))


def find_plan_title(text: RunningText, municipality: Municipality, document_title: str | None) -> PlanTitle | None:
    """The plan that the document is about, None where it names none.

    Points: each mention 1, with the municipality's name 3, in the first pages 1 more, at the start of a line 2 more; 20 for the plan that the
    document's title names, else for the first that heads one of the first lines; 50 in 「名称を「…」へ変更」. Plans of the state and of other
    bodies and general names (基本計画, 本計画) do not take part.
    """
    points: Counter[str] = Counter()
    printed: dict[str, Counter[str]] = {}
    places: dict[str, int] = {}
    firm: set[str] = set()
    editions: dict[str, str] = {}
    renamed = {strip_municipality(match[1], municipality) for match in _RENAMED.finditer(text.text)}
    head = text.starts[_HEAD_LINES] if len(text.starts) > _HEAD_LINES else len(text.text)
    for position, title in sorted(_mentions(text, municipality)):
        core = strip_municipality(title, municipality)
        named = core != title
        key = re.sub(r"20\d\d$", "", core)
        index = text.index_at(position)
        heads_line = _NUMBERING.sub("", text.lines[index]).lstrip("「『").startswith(title[: len(text.lines[index])])
        is_title = core in document_title if document_title else heads_line and index < _FIRST_LINES and not points
        points[key] += (3 if named else 1) + (position < head) + 2 * heads_line + 50 * (core in renamed)
        if is_title and key not in printed:
            points[key] += 20
        if named or heads_line or is_title or points[key] > _PASSING:
            firm.add(key)
        edition = re.search(rf"{_EDITION}$", text.text[max(0, position - 6) : position])
        if edition and index < _FIRST_LINES:
            editions.setdefault(key, edition[0])
        printed.setdefault(key, Counter())[title] += 2 if named else 1
        places.setdefault(title, text.numbers[index])
    if not firm:
        return None
    best = min(firm, key=lambda key: (-points[key], key))
    forms = printed[best]
    title = min(forms, key=lambda form: (-forms[form], form))
    full = [form for form in forms if form == municipality.name + title]
    title = full[0] if full else title
    plan = PlanTitle(editions.get(best, "") + title, strip_municipality(title, municipality), places[title])
    return _choose_part(plan, municipality, document_title)


def _mentions(text: RunningText, municipality: Municipality) -> Iterator[tuple[int, str]]:
    """(position, title) of every plan named: after the municipality's name, and otherwise where a closed word is one."""
    kinds = "|".join(sorted(load_words()["plan"]["kinds"], key=len, reverse=True))
    # Looking ahead, so that a name inside a longer stretch (千代田区の…について／千代田区…計画) is tried as well.
    own = re.compile(rf"(?={municipality.name}の?({_LETTERS}{{2,30}}?(?:{kinds})(?:プラン)?{_YEAR_IN_TITLE}))")  # アクションプラン
    closed = re.compile(rf"^(.{{2,}}?(?:{kinds})(?:プラン)?{_YEAR_IN_TITLE})")
    taken: set[int] = set()
    for match in own.finditer(text.text):
        core = match[1]
        odd = _SENTENCE.search(core) or _NOT_AFTER_NAME.search(core) or municipality.name in core
        # 「身延町デジタル田園都市国家構想総合戦略」 is the town's; the state's plan may begin the line below the town's name.
        own_line = not text.starts_line(match.start(1))
        if not odd and _is_particular(core, own=True) and not _is_foreign("", 0, core, own=own_line):
            taken.update(range(match.start(), match.end(1)))
            yield match.start(), municipality.name + core
    for run in _CLOSED_NAME.finditer(text.text):
        name = closed.match(run[1])
        if name and run.start() not in taken and _is_particular(name[1], own=False) and not _is_foreign(text.text, run.start(), name[1]):
            yield run.start(), name[1]


def _is_particular(core: str, *, own: bool) -> bool:
    """Whether a name says more than a kind of plan. With the municipality's name before it 総合計画 is particular, 計画 is not."""
    words = load_words()["plan"]
    stem = re.sub(rf"(?:{'|'.join(words['kinds'])})(?:20\d\d)?$", "", core)
    stem = re.sub(r"^第?[0-9一二三四五六七八九十]+[次期]", "", stem)
    if len(stem) < 2 or (len(stem) == 2 and stem in words["generic"] and not own):
        return False
    # 計画・方針 and 方針・戦略 are kinds only; without the municipality's name 後期実施計画 is as general.
    general = words["kinds"] if own else [*words["kinds"], *words["generic"]]
    rest = re.sub("[・とのや]", "", stem)
    for word in sorted(general, key=len, reverse=True):
        rest = rest.replace(word, "")
    return len(rest) >= (1 if own else 2) and stem not in ("各種", "関連", "個別", "当該")


def _is_foreign(text: str, start: int, name: str, *, own: bool = False) -> bool:
    """Plans of the state, of a prefecture or of another municipality."""
    words = load_words()["plan"]
    if (not own and name.startswith(tuple(words["national"]))) or text[:start].endswith(tuple(words["foreign_owner"])):
        return True
    names = municipalities_by_name()
    return any(name[:length] in names for length in range(2, min(9, len(name))))


def _choose_part(plan: PlanTitle, municipality: Municipality, document_title: str | None) -> PlanTitle:
    """Of a combined title (行財政改革・行政情報化推進計画) the last plan, where the document's own title names it and not the others."""
    parts = plan.core.split("・")
    if len(parts) < 2 or not document_title:
        return plan
    stems = [re.sub(r"(?:推進|実施|実行|基本|総合)?(?:計画|方針|プラン|戦略)(?:20\d\d)?$", "", part) for part in parts]
    if len(stems[-1]) < 3 or stems[-1] not in document_title or any(stem in document_title for stem in stems[:-1]):
        return plan
    prefix = plan.title.removesuffix(plan.core)
    return PlanTitle(prefix + parts[-1], parts[-1], plan.line)


def strip_municipality(title: str, municipality: Municipality) -> str:
    """``title`` without blanks and without the municipality's name at its head (and an edition before it: 第４期千代田区…)."""
    bare = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title))
    match = re.match(rf"(?:{_EDITION})?(?:{municipality.prefecture})?{municipality.name}の?", bare)
    return bare[match.end() :] if match and match.end() < len(bare) else bare


def find_document_title(text: RunningText, municipality: Municipality | None) -> str | None:
    """The title printed as one of the first lines, None where the document begins with something else (はじめに, 第1章 …)."""
    kinds = "|".join(load_words()["plan"]["kinds"])
    before = ""
    for line in text.lines[:6]:
        bare = re.sub(r"^#+", "", line)
        if municipality and bare == municipality.name:
            before = bare
            continue
        if bare in load_words()["title"]["never"] or re.match(
            r"(?:令和|平成|20\d\d|R\d)[^。]*[日月年](?:\(.\))?(?:$|.*(?:作成|現在|時点|長|課)$)", bare
        ):
            continue
        ends = re.search(
            rf"(?:について|報告書?|概要版?|一覧表?|シート|調書|管理表|評価表|状況|結果|事業|取組|(?:{kinds})(?:20\d\d)?(?:[〜—].*|.{{0,8}}編|概要|案|素案)?)(?:\([^)]*\))?$",
            bare,
        )
        if 5 <= len(bare) <= 60 and ends and not re.search(r"[。、]", bare) and not _NUMBERED_LINE.match(bare):
            return before + bare
    return None
