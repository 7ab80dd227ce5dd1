"""A printed text → pieces of about 180 characters, cut where sentences or lines end. Places in the text are kept."""

from __future__ import annotations

import re

TARGET = 180
# A sentence may run over the target by this much before it is cut at a comma or, at worst, anywhere.
LIMIT = 300

_SENTENCE = re.compile(r"[^。\n]*(?:。[」』）)]*|\n|$)")
_CLAUSE = re.compile(r"[^、,，]*(?:[、,，]|$)")


def chunk(text: str, target: int = TARGET, limit: int = LIMIT) -> list[tuple[int, int]]:
    """Consecutive spans (start, end) that cover ``text``, blank edges left out. An empty or blank text has none.

    Sentences are joined while they fit into ``target`` characters; one of more than ``limit`` is cut at its commas.
    """
    chunks: list[list[int]] = []
    for start, end in _pieces(text, limit):
        if chunks and end - chunks[-1][0] <= target:
            chunks[-1][1] = end
        else:
            chunks.append([start, end])
    return [span for start, end in chunks if (span := _trim(text, start, end))]


def _pieces(text: str, limit: int):
    for sentence in _SENTENCE.finditer(text):
        start, end = sentence.span()
        if end - start <= limit:
            if end > start:
                yield start, end
            continue
        for clause in _CLAUSE.finditer(text, start, end):
            for cut in range(clause.start(), clause.end(), limit):
                yield cut, min(cut + limit, clause.end())


def _trim(text: str, start: int, end: int) -> tuple[int, int] | None:
    piece = text[start:end]
    if not piece.strip():
        return None
    return start + len(piece) - len(piece.lstrip()), start + len(piece.rstrip())
