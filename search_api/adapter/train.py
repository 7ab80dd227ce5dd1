"""Train the adapter: ``python -m search_api.adapter.train [--epochs 4] [--out DIR]``. Needs torch, half an hour of two cores, no network.

An anchor is an everyday wording or an English label of a concept, its positive a label or the definition of the same concept as plans
write it; the other positives of the batch are the negatives (InfoNCE). Nothing but the thesaurus is read: no plan, no question of a test.
"""

from __future__ import annotations

import argparse
import json
import logging
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch
from torch.nn import functional

from search_api import embedded_model
from search_api.adapter import CONFIG, DIRECTORY, PREFIX, WEIGHTS
from search_api.thesaurus import Concept, read_thesaurus

logger = logging.getLogger(__name__)

RANK = 8
ALPHA = 16
TARGETS = (
    "attention.self.query",
    "attention.self.key",
    "attention.self.value",
    "attention.output.dense",
    "intermediate.dense",
    "output.dense",
)
BATCH = 48
TEMPERATURE = 0.03
LEARNING_RATE = 5e-4
WARM_UP = 20
MAX_TOKENS = 64
# Texts are embedded in groups of like length: padding labels to the length of definitions would double the work.
GROUPS = 3
# Of the positives: a label alone, labels as a title would join them; the rest are definitions.
LABEL_SHARE, TITLE_SHARE = 0.45, 0.25


class LowRank(torch.nn.Module):
    """A frozen linear layer plus ``up · down``; ``up`` starts at zero, so that training starts from the model as it is."""

    def __init__(self, linear: torch.nn.Linear) -> None:
        super().__init__()
        self.linear = linear
        self.down = torch.nn.Parameter(torch.randn(RANK, linear.in_features) * 0.02)
        self.up = torch.nn.Parameter(torch.zeros(linear.out_features, RANK))

    def forward(self, values: torch.Tensor) -> torch.Tensor:
        return self.linear(values) + (values @ self.down.T) @ self.up.T * (ALPHA / RANK)


@dataclass(frozen=True, slots=True)
class Pair:
    """Concept number, what is typed, what a plan has."""

    concept: int
    anchor: str
    positive: str


def read_pairs(concepts: Sequence[Concept], chance: random.Random) -> Iterator[Pair]:
    """One epoch in random order: every anchor once, with a positive drawn anew."""
    anchors = [(number, said) for number, concept in enumerate(concepts) for said in (*concept.said, *concept.english)]
    chance.shuffle(anchors)
    for number, anchor in anchors:
        yield Pair(number, anchor, _draw_positive(concepts[number], chance))


def _draw_positive(concept: Concept, chance: random.Random) -> str:
    kind = chance.random()
    if kind < LABEL_SHARE or (kind >= LABEL_SHARE + TITLE_SHARE and not concept.definition):
        return chance.choice(concept.plans)
    if kind < LABEL_SHARE + TITLE_SHARE:
        labels = chance.sample(concept.plans, min(2, len(concept.plans)))
        return "。".join(labels) + chance.choice(("", "の推進", "の充実"))
    return f"{concept.label}。{concept.definition}" if chance.random() < 0.5 else concept.definition


def train(epochs: int, out: Path, seed: int = 0) -> None:
    """Write the adapter into ``out``."""
    from transformers import AutoModel, AutoTokenizer

    torch.manual_seed(seed)
    chance = random.Random(seed)
    concepts = read_thesaurus().concepts
    with tempfile.TemporaryDirectory() as work:
        directory = Path(work) / "model"
        embedded_model.write_model(directory, Path(work), adapted=False)
        tokenizer = AutoTokenizer.from_pretrained(directory, local_files_only=True)
        model = AutoModel.from_pretrained(directory, local_files_only=True, dtype=torch.float32).eval()
    layers = _add_layers(model)

    def embed(texts: list[str]) -> torch.Tensor:
        order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
        size = -(-len(order) // GROUPS)
        rows = torch.cat([embed_group([texts[i] for i in order[first : first + size]]) for first in range(0, len(order), size)])
        return rows[torch.tensor(order).argsort()]

    def embed_group(texts: list[str]) -> torch.Tensor:
        batch = tokenizer(texts, padding=True, truncation=True, max_length=MAX_TOKENS, return_tensors="pt")
        mask = batch["attention_mask"].unsqueeze(-1)
        return functional.normalize((model(**batch).last_hidden_state * mask).sum(1) / mask.sum(1), dim=-1)

    weights = [weight for layer in layers.values() for weight in (layer.down, layer.up)]
    optimizer = torch.optim.AdamW(weights, lr=LEARNING_RATE, weight_decay=0.01)
    batches = [batch for _ in range(epochs) for batch in _batches(list(read_pairs(concepts, chance)))]
    for step, batch in enumerate(batches):
        for group in optimizer.param_groups:
            group["lr"] = LEARNING_RATE * min(1.0, (step + 1) / WARM_UP) * (1 - step / len(batches))
        loss = _loss(batch, embed)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if step % 20 == 0:
            logger.info("%d/%d loss %.3f", step, len(batches), loss.item())
    _write(layers, out)


def _loss(batch: Sequence[Pair], embed) -> torch.Tensor:
    prompts = embedded_model.PROMPTS
    queries = embed([prompts["query"] + pair.anchor for pair in batch])
    passages = embed([prompts["document"] + pair.positive for pair in batch])
    concepts = torch.tensor([pair.concept for pair in batch])
    same = (concepts[:, None] == concepts[None, :]) & ~torch.eye(len(batch), dtype=torch.bool)
    scores = (queries @ passages.T / TEMPERATURE).masked_fill(same, -1e4)  # another wording of the same concept is no negative
    target = torch.arange(len(batch))
    return (functional.cross_entropy(scores, target) + functional.cross_entropy(scores.T, target)) / 2


def _batches(pairs: list[Pair]) -> list[list[Pair]]:
    return [pairs[first : first + BATCH] for first in range(0, len(pairs) - BATCH + 1, BATCH)]


def _add_layers(model) -> dict[str, LowRank]:
    for weight in model.parameters():
        weight.requires_grad = False
    layers = {}
    for number, block in enumerate(model.encoder.layer):
        for target in TARGETS:
            parent, _, name = target.rpartition(".")
            owner = block.get_submodule(parent)
            layer = LowRank(getattr(owner, name))
            setattr(owner, name, layer)
            layers[f"encoder.layer.{number}.{target}"] = layer
    return layers


def _write(layers: dict[str, LowRank], out: Path) -> None:
    from safetensors.torch import save_file

    tensors = {}
    for name, layer in layers.items():
        tensors[f"{PREFIX}{name}.lora_A.weight"] = layer.down.detach().half().contiguous()
        tensors[f"{PREFIX}{name}.lora_B.weight"] = layer.up.detach().half().contiguous()
    out.mkdir(parents=True, exist_ok=True)
    save_file(tensors, out / WEIGHTS)
    config = {
        "peft_type": "LORA",
        "base_model_name_or_path": "intfloat/multilingual-e5-small",
        "r": RANK,
        "lora_alpha": ALPHA,
        "target_modules": list(TARGETS),
        "bias": "none",
        "task_type": "FEATURE_EXTRACTION",
    }
    (out / CONFIG).write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--epochs", type=int, default=4)
    parser.add_argument("--out", type=Path, default=DIRECTORY)
    parser.add_argument("--threads", type=int, default=2)
    arguments = parser.parse_args()
    logging.basicConfig(level=logging.INFO, format="%(message)s")
    torch.set_num_threads(arguments.threads)
    train(arguments.epochs, arguments.out)
