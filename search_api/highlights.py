"""Where in a text the words of a question stand."""

from __future__ import annotations

from collections.abc import Collection
from functools import lru_cache

from search_api.text_analysis import analyse, fold

# Blanks and the like between two matching words belong to the match: 「AI - OCR」 is one.
_GLUE = " 　・-‐‑–—−－"


def find_highlights(text: str, words: Collection[str], phrase: str = "") -> list[tuple[int, int]]:
    """Spans (start, end) in code points of ``text``, in order, not overlapping: the ``words`` (terms) and, as typed, the ``phrase``."""
    spans = [(start, end) for term, start, end in _read_words(text) if term in words]
    return merge_spans([*spans, *_find_phrase(text, phrase)], text)


@lru_cache(maxsize=4096)
def _read_words(text: str) -> tuple[tuple[str, int, int], ...]:
    """(term, start, end) of each word. What is often found is often shown, and reading it takes longer than finding it."""
    return tuple((token.term, token.start, token.end) for token in analyse(text) if not token.is_pair)


def merge_spans(spans: list[tuple[int, int]], text: str) -> list[tuple[int, int]]:
    """Sorted spans with those joined that touch or are divided by nothing but glue."""
    merged: list[tuple[int, int]] = []
    for start, end in sorted(spans):
        if merged and (start <= merged[-1][1] or not text[merged[-1][1] : start].strip(_GLUE)):
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def _find_phrase(text: str, phrase: str) -> list[tuple[int, int]]:
    folded, wanted = fold(text), fold(phrase).text.strip()
    if len(wanted) < 2:
        return []
    found = []
    position = folded.text.find(wanted)
    while position >= 0:
        found.append(folded.span(position, position + len(wanted)))
        position = folded.text.find(wanted, position + len(wanted))
    return found
