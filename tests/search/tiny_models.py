"""Real sentence-transformers models in seconds: the architectures and settings of well-known ones with few, random weights.

Their vectors mean nothing, except that texts with the same characters come near each other.
"""

from __future__ import annotations

import json
from pathlib import Path

import torch
from sentence_transformers import SentenceTransformer
from sentence_transformers.sentence_transformer.modules import Normalize, Pooling, Transformer
from tokenizers import Regex, Tokenizer, models, pre_tokenizers, processors
from transformers import (
    BertConfig,
    BertModel,
    ModernBertConfig,
    ModernBertModel,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

_SPECIALS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
_CHARACTERS = [
    chr(code) for first, last in ((0x20, 0x7F), (0x3000, 0x3100), (0x4E00, 0x9FA0), (0xFF01, 0xFF5F)) for code in range(first, last)
]
_SIZES = {"hidden_size": 32, "num_hidden_layers": 2, "num_attention_heads": 2, "intermediate_size": 48, "max_position_embeddings": 130}


def _write_tokenizer(directory: Path) -> int:
    vocabulary = {token: number for number, token in enumerate([*_SPECIALS, *_CHARACTERS])}
    tokenizer = Tokenizer(models.WordLevel(vocabulary, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = pre_tokenizers.Split(Regex("."), "isolated")
    tokenizer.post_processor = processors.TemplateProcessing(single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)])
    names = {"pad_token": "[PAD]", "unk_token": "[UNK]", "cls_token": "[CLS]", "sep_token": "[SEP]", "mask_token": "[MASK]"}
    PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128, **names).save_pretrained(directory)
    return len(vocabulary)


def _network(kind: str, vocabulary: int, seed: int) -> torch.nn.Module:
    torch.manual_seed(seed)
    if kind == "modernbert":
        ids = {"pad_token_id": 0, "cls_token_id": 2, "sep_token_id": 3, "bos_token_id": 2, "eos_token_id": 3}
        return ModernBertModel(ModernBertConfig(vocab_size=vocabulary, **_SIZES, **ids, reference_compile=False))
    if kind == "xlm-roberta":
        return XLMRobertaModel(XLMRobertaConfig(vocab_size=vocabulary, pad_token_id=0, **_SIZES))
    return BertModel(BertConfig(vocab_size=vocabulary, **_SIZES))


def make_model(directory: Path, kind: str = "bert", *, pooling: str = "mean", prompts: dict[str, str] | None = None, seed: int = 0) -> Path:
    """Write a model of ``kind`` (bert, xlm-roberta, modernbert) as a sentence-transformers folder."""
    parts = directory.parent / f"{directory.name}-parts"
    parts.mkdir(parents=True)
    _network(kind, _write_tokenizer(parts), seed).save_pretrained(parts)
    transformer = Transformer(str(parts), max_seq_length=128)
    model = SentenceTransformer(modules=[transformer, Pooling(32, pooling), Normalize()], prompts=prompts, device="cpu")
    model.save(str(directory), create_model_card=False)
    return directory


def forget_prompts(directory: Path) -> None:
    """Leave the model without any word about prompts, as older folders are."""
    path = directory / "config_sentence_transformers.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({name: value for name, value in config.items() if name != "prompts"}), encoding="utf-8")


def add_graph(directory: Path) -> None:
    """Export the transformer alone, as model repositories do it: ``onnx/model.onnx`` with ``last_hidden_state``."""
    import warnings

    network = SentenceTransformer(str(directory), device="cpu")[0].auto_model.eval()
    network.set_attn_implementation("eager")
    (directory / "onnx").mkdir()

    class Tokens(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.network = network

        def forward(self, input_ids, attention_mask):
            return self.network(input_ids=input_ids, attention_mask=attention_mask).last_hidden_state

    ids = torch.full((2, 16), 7)
    axes = {0: "batch", 1: "tokens"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # notices of the tracer
        torch.onnx.export(
            Tokens(),
            (ids, torch.ones_like(ids)),
            str(directory / "onnx" / "model.onnx"),
            input_names=["input_ids", "attention_mask"],
            output_names=["last_hidden_state"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "last_hidden_state": axes},
            opset_version=17,
            dynamo=False,
        )
