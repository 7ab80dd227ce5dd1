from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from search_api.concepts import RECALLED, ConceptMemory
from search_api.thesaurus import Concept, Thesaurus


class Directions:
    """An encoder that knows what its texts mean: each begins with the name of a direction."""

    name, dimension, fingerprint = "directions", 12, "directions-1"

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        rows = np.full((len(texts), self.dimension), 0.05, dtype=np.float32)
        for row, text in zip(rows, texts, strict=True):
            row[ord(text[0]) - ord("a")] = 1.0
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)

    encode_passages = encode_queries


THESAURUS = Thesaurus(tuple(Concept(f"urn:{c}", (f"{c} plan",), (f"{c} said", f"{c} asked")) for c in "abcdefghijkl"))


@pytest.fixture
def memory(tmp_path: Path) -> ConceptMemory:
    return ConceptMemory.build(THESAURUS, Directions(), tmp_path)


def test_a_question_recalls_the_concept_whose_wording_is_nearest(memory: ConceptMemory) -> None:
    (question,) = Directions().encode_queries(["c how people put it"])
    first, *others = memory.recall(question)
    assert first.concept.iri == "urn:c"
    assert first.wording.startswith("c ")
    assert len(others) < RECALLED
    assert first.weight + sum(other.weight for other in others) == pytest.approx(1.0)
    assert memory.direction([first, *others]) @ question > 0.9


def test_between_two_near_ones_the_concept_that_shares_a_word_is_recalled_first(memory: ConceptMemory) -> None:
    between = Directions().encode_queries(["c"]) + Directions().encode_queries(["d"])
    question = between[0] / np.linalg.norm(between[0])
    assert memory.recall(question, ["d"])[0].concept.iri == "urn:d"
    assert memory.recall(question, ["c"])[0].concept.iri == "urn:c"


def test_a_question_that_is_near_to_everything_recalls_nothing(memory: ConceptMemory) -> None:
    even = np.full(12, 12**-0.5, dtype=np.float32)
    assert memory.recall(even) == ()


def test_what_is_saved_is_read_again(memory: ConceptMemory, tmp_path: Path) -> None:
    memory.save(tmp_path)
    again = ConceptMemory.open(tmp_path)
    assert again.thesaurus == memory.thesaurus
    (question,) = Directions().encode_queries(["k"])
    assert [r.number for r in again.recall(question)] == [r.number for r in memory.recall(question)]


def test_an_empty_thesaurus_recalls_nothing(tmp_path: Path) -> None:
    empty = ConceptMemory.build(Thesaurus(()), Directions(), tmp_path)
    assert empty.recall(np.ones(12, dtype=np.float32)) == ()
    empty.save(tmp_path)
    assert ConceptMemory.open(tmp_path).recall(np.ones(12, dtype=np.float32)) == ()
