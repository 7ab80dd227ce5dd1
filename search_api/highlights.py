"""Where in a text the words of a question stand."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from functools import lru_cache

from search_api.text_analysis import Folded, Token, fold, read_words

# Blanks and the like between two matching words belong to the match: 「AI - OCR」 is one.
_GLUE = " 　・-‐‑–—−－"


def find_highlights(text: str, words: Collection[str], phrase: str = "") -> list[tuple[int, int]]:
    """Spans (start, end) in code points of ``text``, in order, not overlapping: the ``words`` (terms) and, as typed, the ``phrase``."""
    if not words:
        return merge_spans(_find_phrase(fold(text), phrase), text)
    shown = read_shown(text)
    spans = [(token.start, token.end) for token in shown.words if token.term in words]
    return merge_spans([*spans, *_find_phrase(shown.folded, phrase)], text)


@dataclass(frozen=True, slots=True)
class ShownText:
    """A text that is shown: in one width and case, and its words."""

    folded: Folded
    words: tuple[Token, ...]


@lru_cache(maxsize=4096)
def read_shown(text: str) -> ShownText:
    """What is often found is often shown, and reading it takes longer than finding it."""
    folded = fold(text)
    return ShownText(folded, tuple(read_words(folded)))


def merge_spans(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Sorted spans with those joined that touch or are divided by nothing but glue."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or not text[merged[-1][1] : start].strip(_GLUE)):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _find_phrase(folded: Folded, phrase: str) -> list[tuple[int, int]]:
    wanted = fold(phrase).text.strip()
    if len(wanted) < 2:
        return []
    found = []
    position = folded.text.find(wanted)
    while position >= 0:
        found.append(folded.span(position, position + len(wanted)))
        position = folded.text.find(wanted, position + len(wanted))
    return found
