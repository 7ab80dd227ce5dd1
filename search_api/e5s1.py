"""The E5S1 file (4-bit weights and vocabulary of a BERT-like encoder in one file) → a plain sentence-transformers directory.

Layout of E5S1 version 1, little-endian: header, vocabulary (offsets, scores, text), a table for characters, then named tensors,
either float32 or blocks of 32 values with one float16 scale and 16 bytes of 4-bit values (low halves first, offset 8).
"""

from __future__ import annotations

import itertools
import json
import re
import struct
from dataclasses import dataclass
from pathlib import Path

import numpy as np

_BLOCK = np.dtype([("scale", "<f2"), ("values", "u1", 16)])
_EMBEDDINGS = {
    "emb.word": "word_embeddings.weight",
    "emb.pos": "position_embeddings.weight",
    "emb.type": "token_type_embeddings.weight",
    "emb.ln.w": "LayerNorm.weight",
    "emb.ln.b": "LayerNorm.bias",
}
_LAYER_PARTS = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "aln": "attention.output.LayerNorm",
    "fi": "intermediate.dense",
    "fo": "output.dense",
    "oln": "output.LayerNorm",
}

# Every piece that Japanese or ASCII text can reach: punctuation, Greek, symbols, kana, kanji, width forms. The segmentation of such
# text stays the same when the others go, and 250,000 pieces become 110,000.
_JAPANESE_OR_ASCII = re.compile(
    "[\\u2581\\x21-\\x7e\\u00a7-\\u00d7\\u0370-\\u03ff\\u2010-\\u27bf\\u3000-\\u30ff\\u31f0-\\u31ff\\u3400-\\u9fff\\uf900-\\ufaff\\uff00-\\uffef]+"
)
_SPECIAL_PIECES = 4


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """What the file holds. ``config`` is that of a transformers BertModel, ``specials`` the ids of bos, eos, pad, unk."""

    config: dict[str, object]
    tensors: dict[str, np.ndarray]
    pieces: list[str]
    scores: np.ndarray
    specials: tuple[int, int, int, int]


class _Reader:
    def __init__(self, content: bytes) -> None:
        self.buffer = memoryview(content)
        self.position = 0

    def take(self, code: str):
        values = struct.unpack_from("<" + code, self.buffer, self.position)
        self.position += struct.calcsize("<" + code)
        return values[0] if len(values) == 1 else values

    def block(self, size: int) -> memoryview:
        self.position += size
        return self.buffer[self.position - size : self.position]


def read_checkpoint(content: bytes) -> Checkpoint:
    """Read an E5S1 file. Raises ValueError where the header is another."""
    reader = _Reader(content)
    if reader.take("4s") != b"E5S1" or reader.take("I") != 1:
        raise ValueError("not an E5S1 version 1 file")
    hidden, layers, heads, inner, vocabulary, positions, types, epsilon, _ = reader.take("iiiiiiifi")
    count, *specials = reader.take("iiiii")
    text_size = reader.take("Q")
    offsets = np.frombuffer(reader.block(4 * (count + 1)), "<u4")
    scores = np.frombuffer(reader.block(4 * count), "<f4")
    text = bytes(reader.block(text_size))
    pieces = [text[start:end].decode() for start, end in itertools.pairwise(offsets)]
    reader.take("i")
    reader.block(reader.take("I"))  # the character table: the tokenizer below brings its own normaliser
    shapes = {"emb.word": (vocabulary, hidden), "emb.pos": (positions, hidden), "emb.type": (types, hidden)}
    tensors = dict(_read_tensor(reader, shapes, hidden, inner) for _ in range(reader.take("i")))
    # transformers expects a pooler; mean pooling does not use it.
    tensors["pooler.dense.weight"], tensors["pooler.dense.bias"] = np.zeros((hidden, hidden), "f4"), np.zeros(hidden, "f4")
    config = {
        "architectures": ["BertModel"],
        "model_type": "bert",
        "hidden_size": hidden,
        "num_hidden_layers": layers,
        "num_attention_heads": heads,
        "intermediate_size": inner,
        "vocab_size": vocabulary,
        "max_position_embeddings": positions,
        "type_vocab_size": types,
        "layer_norm_eps": round(epsilon, 15),
        "hidden_act": "gelu",
        "pad_token_id": specials[2],
        "position_embedding_type": "absolute",
        "dtype": "float32",
        "hidden_dropout_prob": 0.1,
        "attention_probs_dropout_prob": 0.1,
        # Without a version, transformers takes the tokenizer for one of an old release and warns about its pattern.
        "transformers_version": "5.0.0",
    }
    return Checkpoint(config, tensors, pieces, scores, tuple(specials))


def _read_tensor(reader: _Reader, shapes: dict[str, tuple[int, int]], hidden: int, inner: int) -> tuple[str, np.ndarray]:
    name = bytes(reader.block(reader.take("H"))).decode()
    quantised, count, offset, size = reader.take("B"), reader.take("I"), reader.take("Q"), reader.take("Q")
    raw = reader.buffer[offset : offset + size]
    values = _dequantise(raw) if quantised else np.frombuffer(raw, "<f4")
    if name in _EMBEDDINGS:
        full_name, shape = f"embeddings.{_EMBEDDINGS[name]}", shapes.get(name, (count,))
    else:
        layer, part, kind = name.split(".")
        full_name = f"encoder.layer.{layer[1:]}.{_LAYER_PARTS[part]}.{'weight' if kind == 'w' else 'bias'}"
        matrix = {"fi": (inner, hidden), "fo": (hidden, inner)}.get(part, (hidden, hidden))
        shape = matrix if matrix[0] * matrix[1] == count else (count,)
    return full_name, np.ascontiguousarray(values.reshape(-1)[:count].reshape(shape))


def _dequantise(raw: memoryview) -> np.ndarray:
    blocks = np.frombuffer(raw, _BLOCK)
    values = np.concatenate([blocks["values"] & 15, blocks["values"] >> 4], axis=1).astype(np.int8) - 8
    return values.astype(np.float32) * blocks["scale"].astype(np.float32)[:, None]


def keep_japanese_and_ascii(checkpoint: Checkpoint) -> Checkpoint:
    """The same model with the vocabulary that Japanese and ASCII text can reach."""
    pieces = checkpoint.pieces
    kept = [i for i, piece in enumerate(pieces) if i < _SPECIAL_PIECES or piece == "<mask>" or _JAPANESE_OR_ASCII.fullmatch(piece)]
    words = "embeddings.word_embeddings.weight"
    tensors = {**checkpoint.tensors, words: np.ascontiguousarray(checkpoint.tensors[words][kept])}
    config = {**checkpoint.config, "vocab_size": len(kept)}
    return Checkpoint(config, tensors, [pieces[i] for i in kept], checkpoint.scores[kept], checkpoint.specials)


def write_sentence_transformer(checkpoint: Checkpoint, directory: Path, *, prompts: dict[str, str], max_tokens: int = 512) -> None:
    """Write a directory that ``SentenceTransformer(directory)`` loads without custom code: BERT, mean pooling, unit length."""
    from safetensors.numpy import save_file

    (directory / "1_Pooling").mkdir(parents=True)
    (directory / "2_Normalize").mkdir()
    save_file(checkpoint.tensors, directory / "model.safetensors", metadata={"format": "pt"})
    (directory / "model.safetensors").chmod(0o644)  # the service may run as another user than the set-up
    _write_tokenizer(checkpoint, directory / "tokenizer.json")
    modules = [("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize")]
    files = {
        "config.json": checkpoint.config,
        "tokenizer_config.json": {
            "tokenizer_class": "PreTrainedTokenizerFast",
            "model_max_length": max_tokens,
            **{"bos_token": "<s>", "eos_token": "</s>", "cls_token": "<s>", "sep_token": "</s>"},
            **{"pad_token": "<pad>", "unk_token": "<unk>", "mask_token": "<mask>"},
            "clean_up_tokenization_spaces": False,
            "model_input_names": ["input_ids", "attention_mask"],
        },
        "sentence_bert_config.json": {"max_seq_length": max_tokens, "do_lower_case": False},
        "modules.json": [
            {"idx": i, "name": str(i), "path": path, "type": f"sentence_transformers.models.{kind}"}
            for i, (path, kind) in enumerate(modules)
        ],
        "1_Pooling/config.json": {"word_embedding_dimension": checkpoint.config["hidden_size"], "pooling_mode_mean_tokens": True},
        "config_sentence_transformers.json": {"prompts": prompts, "default_prompt_name": None, "similarity_fn_name": "cosine"},
    }
    for name, value in files.items():
        (directory / name).write_text(json.dumps(value, ensure_ascii=False, indent=2), encoding="utf-8")


def _write_tokenizer(checkpoint: Checkpoint, path: Path) -> None:
    from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

    bos, eos, _, unknown = checkpoint.specials
    tokenizer = Tokenizer(
        models.Unigram([(piece, float(score)) for piece, score in zip(checkpoint.pieces, checkpoint.scores, strict=True)], unk_id=unknown)
    )
    # nmt_nfkc of SentencePiece: NFKC except the full-width tilde, which a private character carries across.
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.Replace("\uff5e", "\ue000"),
            normalizers.NFKC(),
            normalizers.Replace("\ue000", "\uff5e"),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.decoder = decoders.Metaspace(replacement="▁", prepend_scheme="always")
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", pair="<s> $A </s> </s> $B </s>", special_tokens=[("<s>", bos), ("</s>", eos)]
    )
    tokenizer.add_special_tokens(["<s>", "<pad>", "</s>", "<unk>", AddedToken("<mask>", lstrip=True)])
    tokenizer.save(str(path))
