"""Plans of many made-up towns, as like real ones as the real ones are: for measuring speed and size, never quality.

The passages of real plans and FAQs are taken again and again: each time with another town, other figures, sentences left out and one from a
neighbour put in. The vector of such a text is that of its model, turned by as much as two towns' texts about one thing differ.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote

import numpy as np

from search_api.encoder import Encoder
from search_api.passages import cut_passages
from search_api.units import Owner, Unit

_FIRST = [
    "青葉",
    "赤松",
    "朝日",
    "泉",
    "岩瀬",
    "梅里",
    "大沢",
    "小川",
    "柏木",
    "北原",
    "桐生野",
    "栗橋",
    "桜台",
    "塩浜",
    "白石野",
    "杉戸野",
    "瀬田川",
    "高嶺",
    "竹原野",
    "月見",
]
_BASE = "http://towns.invalid/"
_LAST = ("市", "町", "区", "村")
_DEPARTMENTS = [
    "総務課",
    "税務課",
    "市民課",
    "福祉課",
    "子育て支援課",
    "健康推進課",
    "環境課",
    "土木課",
    "都市計画課",
    "教育総務課",
    "情報政策課",
    "防災課",
]
_DIGITS = re.compile(r"[0-9０-９]+")
_SENTENCE = re.compile(r"[^。\n]+[。\n]?")
# Cosine 0.94 with the model: what multilingual-e5-small gives for two wards' texts about one measure.
TURN = 0.35


@dataclass(frozen=True, slots=True)
class Towns:
    """``units`` of all towns; ``model_of`` gives for each text that will be indexed the number of the real text that it was made from."""

    units: list[Unit]
    model_of: Mapping[str, int]
    models: list[str]


def make_towns(real: Sequence[Unit], passages: int) -> Towns:
    """The ``real`` units, and towns made from them until there are so many ``passages``; the same ones every time."""
    chance = random.Random(7)
    real = [unit if "://" in unit.iri else replace(unit, iri=f"{_BASE}id/faq/{quote(unit.iri, safe='')}") for unit in real]
    texts = [passage.indexed_text for passage in cut_passages(real)]
    model_of = {text: number for number, text in enumerate(texts)}
    units, count = list(real), len(texts)
    for town in range(10_000):
        if count >= passages:
            break
        made, added = _make_town(real, town, chance)
        for unit, models in zip(made, added, strict=True):
            found = cut_passages([unit])
            model_of |= {passage.indexed_text: models[passage.field] for passage in found if passage.indexed_text not in model_of}
            count += len(found)
        units += made
    return Towns(sorted(units, key=lambda unit: unit.iri), model_of, texts)


def _make_town(real: Sequence[Unit], town: int, chance: random.Random) -> tuple[list[Unit], list[list[int]]]:
    """One town's units and, for each of their fields, the number of the real passage that is its model."""
    name = f"{_FIRST[town % len(_FIRST)]}{'' if town < len(_FIRST) else town}{_LAST[town % len(_LAST)]}"
    code = f"{980000 + town:06d}"
    units: list[Unit] = []
    models: list[list[int]] = []
    by_unit: dict[int, list[tuple[int, int, str]]] = {}
    for number, passage in enumerate(cut_passages(real)):
        by_unit.setdefault(passage.unit, []).append((number, passage.field, passage.text))
    for number, unit in enumerate(real):
        pieces = by_unit.get(number, [])
        if not pieces or chance.random() < 0.1:
            continue
        units.append(_make_unit(unit, code, name, pieces, chance))
        models.append([model for model, _, _ in pieces])
    return units, models


def _make_unit(unit: Unit, code: str, name: str, pieces: Sequence[tuple[int, int, str]], chance: random.Random) -> Unit:
    former = unit.municipality[1] if unit.municipality else "■市"

    def rename(text: str) -> str:
        digits = _DIGITS.sub(lambda found: "".join(chance.choice("123456789") for _ in found.group()), text)
        return digits.replace(former, name)

    def vary(text: str, kind: str) -> str:
        sentences = _SENTENCE.findall(text)
        if kind != "title" and len(sentences) > 2:
            sentences.pop(chance.randrange(len(sentences)))
        if kind != "title" and len(text) < 120:
            other = _SENTENCE.findall(chance.choice(pieces)[2])
            sentences.append(chance.choice(other)[:60] if other else "")
        return rename("".join(sentences)).strip() or text

    fields = tuple(
        replace(
            unit.fields[field], text=vary(text, unit.fields[field].kind), owners=tuple(_move(o, code) for o in unit.fields[field].owners)
        )
        for _, field, text in pieces
    )
    plan = (_move(unit.plan[0], code), unit.plan[1].replace(former, name)) if unit.plan else (f"{_BASE}id/{code}/plan/faq", f"{name}の案内")
    return replace(
        unit,
        iri=_move(unit.iri, code),
        title=rename(unit.title),
        plan=plan,
        municipality=(code, name),
        owners=_move_owners(unit.owners, code) or (_draw_owner(code, chance),),
        fields=fields,
    )


def _move(iri: str, code: str) -> str:
    return re.sub(r"/id/[^/]+/", f"/id/{code}/", iri)


def _move_owners(owners: Sequence[Owner], code: str) -> tuple[Owner, ...]:
    return tuple(replace(owner, iri=_move(owner.iri, code)) for owner in owners)


def _draw_owner(code: str, chance: random.Random) -> Owner:
    name = chance.choice(_DEPARTMENTS)
    return Owner(f"{_BASE}id/{code}/department/{quote(name)}", name, "responsible")


class TurnedEncoder:
    """An encoder for the texts of ``Towns`` that costs nothing: the vectors of their models, ``vectors`` (models, dimension), turned a little.

    Questions are encoded by the real model.
    """

    def __init__(self, encoder: Encoder, towns: Towns, vectors: np.ndarray) -> None:
        self._encoder, self._towns, self._vectors = encoder, towns, vectors
        self.name, self.dimension, self.fingerprint = encoder.name, encoder.dimension, encoder.fingerprint

    def encode_queries(self, texts: list[str]) -> np.ndarray:
        return self._encoder.encode_queries(texts)

    def encode_passages(self, texts: list[str]) -> np.ndarray:
        known = [self._towns.model_of.get(text) for text in texts]
        if any(number is None for number in known):
            return self._encoder.encode_passages(texts)  # the concepts of the thesaurus are texts, too
        seed = sum(text.encode()[-1] + len(text) for text in texts)
        noise = np.random.default_rng(seed).normal(size=(len(texts), self.dimension)).astype(np.float32)
        noise *= TURN / np.linalg.norm(noise, axis=1, keepdims=True)
        turned = self._vectors[known] + noise
        return turned / np.linalg.norm(turned, axis=1, keepdims=True)
