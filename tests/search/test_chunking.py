from __future__ import annotations

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from search_api.chunking import chunk


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("  \n ", []),
        ("一つの文。", ["一つの文。"]),
        ("一。二つ。三。", ["一。二つ。", "三。"]),  # joined while they fit
        ("一行目\n二行目", ["一行目", "二行目"]),  # a line ends like a sentence
        ("「はい。」と言う。次。", ["「はい。」", "と言う。次。"]),  # a closing bracket stays with its sentence
        ("長い文、その途中、終わり。", ["長い文、", "その途中、", "終わり。"]),  # beyond the limit: at commas
        ("あいうえおかきくけこさしす", ["あいうえおかきく", "けこさしす"]),  # no comma either: anywhere
        ("一。 　二。", ["一。 　二。"]),
        ("  前後の空白  ", ["前後の空白"]),
    ],
)
def test_chunks(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in chunk(text, target=6, limit=8)] == expected


@given(st.text(alphabet="あい。、\n「」 a"), st.integers(1, 40), st.integers(1, 60))
def test_nothing_but_blanks_is_lost(text: str, target: int, limit: int) -> None:
    spans = chunk(text, target=target, limit=limit)
    assert all(first[1] <= second[0] for first, second in itertools.pairwise(spans))
    assert "".join("".join(text[a:b].split()) for a, b in spans) == "".join(text.split())
    assert all(end - start <= max(target, limit) for start, end in spans)
