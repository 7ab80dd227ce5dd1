"""Which municipality a document is about, from the names its text prints."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache

from ingest.running_text import RunningText
from ontology.model import Municipality
from ontology.municipalities import is_prefecture, load_municipalities, municipalities_by_name

_ENDS = re.compile("[市区町村都道府県]")
_KANJI = re.compile("[一-龥々ヶケ]")
# 港区域, 中央区分, 今市場 name no place.
_OTHER_WORD = {"区": "域画分間切", "市": "場街況販", "町": "会内名", "村": "落", "県": "", "都": "市心度合", "道": "路", "府": "省"}
# An office of the municipality itself behind its name: 区長, 市役所, 町議会.
_OFFICE = re.compile(r"(?:長|役所|役場|議会|企画|総務|条例|行政|職員|公式)")
_HEAD_LINES = 60
_ENOUGH = 3.0
_CLOSE = 0.9


def score_municipalities(text: RunningText) -> Counter[Municipality]:
    """How much speaks for each municipality whose full name is printed.

    A mention counts 1, in the head of the document 3, at the start of one of its first lines 8, before an office or a plan 1 more. Prefectures
    count a quarter, because every town names its own. Where several bear a name, the one whose prefecture is named most gets the points.
    """
    words: Counter[str] = Counter()
    points: Counter[str] = Counter()
    head = text.starts[_HEAD_LINES] if len(text.starts) > _HEAD_LINES else len(text.text)
    first = text.starts[5] if len(text.starts) > 5 else len(text.text)
    for start, end, name in _find_names(text.text):
        words[name] += 1
        points[name] += 3 if start < head else 1
        points[name] += 5 if start < first and text.starts_line(start) else 0
        points[name] += 1 if _OFFICE.match(text.text, end) else 0
        points[name] += 1 if re.match(r"[^、。「」()を]{2,20}(?:計画|方針|プラン|戦略|ビジョン)", text.text[end : end + 24]) else 0
    scores: Counter[Municipality] = Counter()
    for name, value in points.items():
        for municipality in _bearers(name, words):
            scores[municipality] += value / 4 if is_prefecture(municipality) else value
    return scores


def choose_municipality(scores: Counter[Municipality]) -> tuple[Municipality | None, list[Municipality]]:
    """The clear winner, or None with the candidates between which the text does not decide."""
    ranked = sorted(scores.items(), key=lambda item: (-item[1], item[0].code))
    if not ranked or ranked[0][1] < _ENOUGH:
        return None, [m for m, _ in ranked[:3]]
    rivals = [m for m, score in ranked[1:] if score >= ranked[0][1] * _CLOSE]
    return (None, [ranked[0][0], *rivals]) if rivals else (ranked[0][0], [])


@cache
def _longest_name() -> int:
    return max(len(m.name) for m in load_municipalities())


def _find_names(text: str) -> list[tuple[int, int, str]]:
    """Every full name with its place, the longest only: 札幌市北区, neither 札幌市 nor 北区."""
    names = municipalities_by_name()
    found = []
    for match in _ENDS.finditer(text):
        end = match.end()
        if text[end : end + 1] in _OTHER_WORD.get(match[0], "") and text[end : end + 1]:
            continue
        for start in range(max(0, end - _longest_name()), end - 1):
            if text[start:end] in names and _begins_word(text, start, end - start):
                if found and found[-1][0] >= start:
                    found.pop()
                found.append((start, end, text[start:end]))
                break
    return found


def _begins_word(text: str, start: int, length: int) -> bool:
    """Names of two characters (津市, 港区, 森町) are found inside other words: before them no kanji may stand but that of a prefecture."""
    return (
        length > 2
        or start == 0
        or not _KANJI.match(text[start - 1])
        or text[max(0, start - 3) : start].endswith(("都", "府", "県", "北海道", "郡", "次", "期", "年", "月", "日", "度"))
    )


def _bearers(name: str, words: Counter[str]) -> list[Municipality]:
    bearers = municipalities_by_name()[name]
    if len(bearers) == 1:
        return list(bearers)
    best = max(words[m.prefecture] for m in bearers)
    return [m for m in bearers if words[m.prefecture] == best]
