"""A tiny BERT in the carrier's file format, and wheels around it: the way of the real model in seconds."""

from __future__ import annotations

import hashlib
import io
import struct
import zipfile
from pathlib import Path

import msgpack
import numpy as np

from search_api.carriers import Carrier
from search_api.word_vectors import hash_word

HIDDEN, INNER, LAYERS, HEADS, POSITIONS, TYPES = 32, 64, 2, 2, 64, 2
PIECES = ["<s>", "<pad>", "</s>", "<unk>", "▁", *"窓口の研修税を広げる。、年回情報キャシュレス", *"querypasg:", "été", "привет", "<mask>"]


def _block(values: np.ndarray) -> bytes:
    """4-bit blocks of 32 values with a float16 scale; low halves first."""
    blocks = values.reshape(-1, 32)
    scales = np.abs(blocks).max(1) / 7
    quantised = np.clip(np.round(blocks / scales[:, None]) + 8, 0, 15).astype(np.uint8)
    packed = quantised[:, :16] | (quantised[:, 16:] << 4)
    return b"".join(struct.pack("<e", scale) + row.tobytes() for scale, row in zip(scales, packed, strict=True))


def e5s1_file() -> bytes:
    random = np.random.default_rng(0)
    vocabulary = len(PIECES)
    matrices = {"emb.word": (vocabulary, HIDDEN), "emb.pos": (POSITIONS, HIDDEN), "emb.type": (TYPES, HIDDEN)}
    vectors = {"emb.ln.w": HIDDEN, "emb.ln.b": HIDDEN}
    for layer in range(LAYERS):
        for part in ("q", "k", "v", "ao"):
            matrices[f"l{layer}.{part}.w"], vectors[f"l{layer}.{part}.b"] = (HIDDEN, HIDDEN), HIDDEN
        matrices[f"l{layer}.fi.w"], vectors[f"l{layer}.fi.b"] = (INNER, HIDDEN), INNER
        matrices[f"l{layer}.fo.w"], vectors[f"l{layer}.fo.b"] = (HIDDEN, INNER), HIDDEN
        for norm in ("aln", "oln"):
            vectors[f"l{layer}.{norm}.w"], vectors[f"l{layer}.{norm}.b"] = HIDDEN, HIDDEN
    entries: list[tuple[str, int, int, bytes]] = []
    for name, shape in matrices.items():
        values = random.normal(size=shape).astype(np.float32)
        quantised = name not in ("emb.pos", "emb.type")
        entries.append((name, int(quantised), values.size, _block(values) if quantised else values.tobytes()))
    for name, size in vectors.items():
        values = (
            np.ones(size, np.float32) if name.endswith(("ln.w", "aln.w", "oln.w")) else random.normal(size=size).astype(np.float32) * 0.1
        )
        entries.append((name, 0, size, values.tobytes()))
    texts = [piece.encode() for piece in PIECES]
    offsets = np.cumsum([0, *map(len, texts)]).astype("<u4")
    head = b"E5S1" + struct.pack("<I", 1) + struct.pack("<iiiiiiifi", HIDDEN, LAYERS, HEADS, INNER, vocabulary, POSITIONS, TYPES, 1e-12, 32)
    head += struct.pack("<iiiii", vocabulary, 0, 2, 1, 3) + struct.pack("<Q", len(b"".join(texts)))
    head += offsets.tobytes() + np.linspace(-1, -5, vocabulary).astype("<f4").tobytes() + b"".join(texts)
    head += struct.pack("<iI", 0, 3) + b"map" + struct.pack("<i", len(entries))
    position = len(head) + sum(2 + len(name) + 1 + 4 + 8 + 8 for name, *_ in entries)
    table, data = b"", b""
    for name, quantised, count, raw in entries:
        table += struct.pack("<H", len(name)) + name.encode() + struct.pack("<B", quantised)
        table += struct.pack("<I", count) + struct.pack("<Q", position + len(data)) + struct.pack("<Q", len(raw))
        data += raw
    return head + table + data


def word_vector_files() -> dict[str, bytes]:
    buffer = io.BytesIO()
    np.save(buffer, np.eye(3, 300, dtype=np.float32))
    return {"vocab/vectors": buffer.getvalue(), "vocab/key2row": msgpack.packb({hash_word("税"): 0, hash_word("窓口"): 1})}


def _metadata(project: str) -> dict[str, bytes]:
    """What pip wants to see in a wheel."""
    tag = b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n"
    files = {"METADATA": f"Metadata-Version: 2.1\nName: {project}\nVersion: 1.0\n".encode(), "WHEEL": tag, "RECORD": b""}
    return {f"{project}-1.0.dist-info/{name}": content for name, content in files.items()}


def make_wheel(directory: Path, project: str, members: dict[str, bytes]) -> Carrier:
    """A wheel in ``directory`` and the carrier that pins it."""
    path = directory / f"{project}-1.0-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (members | _metadata(project)).items():
            archive.writestr(name, content)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in members.items()}
    return Carrier(project, "1.0", path.name, hashlib.sha256(path.read_bytes()).hexdigest(), hashes)
