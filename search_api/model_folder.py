"""The folder of a sentence-transformers model: where it lies, its hash, its prompts, how its vectors come about. Loads neither model nor torch."""

from __future__ import annotations

import hashlib
import json
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ontology.errors import SettingsError

_FAMILIES = Path(__file__).with_name("model_prompts.toml")
# Names under which models keep the prompt of a question and that of a text to be found, the usual ones first.
_QUERY_NAMES = ("query", "検索クエリ", "retrieval.query", "web_search_query")
_PASSAGE_NAMES = ("document", "passage", "corpus", "検索文書", "retrieval.passage")
_WHOLE_FILE_LIMIT = 1 << 20
# Files that make no vector: they may come and go.
_DESCRIPTIONS = {".md", ".lock", ".png", ".gitattributes", ".gitignore"}
_OTHER_RUNTIMES = {"onnx", "openvino"}


@dataclass(frozen=True, slots=True)
class Prompts:
    """What is put in front of a question and of a text to be found; empty for nothing."""

    query: str = ""
    passage: str = ""


@dataclass(frozen=True, slots=True)
class ModelFolder:
    """A model on this machine. ``name`` is how it is called to people."""

    name: str
    directory: Path

    @classmethod
    def locate(cls, name_or_path: str) -> ModelFolder:
        """A model directory, or the name of a model in the local Hugging Face cache; nothing is downloaded.

        Raises SettingsError where there is none, or where it is no sentence-transformers model.
        """
        directory = _find(name_or_path)
        if not (directory / "modules.json").is_file():
            raise SettingsError(
                f"KEIKAKU_MODEL={name_or_path}: sentence-transformers 形式のモデルではありません（{directory} に modules.json がありません）"
            )
        return cls(Path(name_or_path.rstrip("/")).name, directory)

    def hash_files(self, graph: Path | None = None) -> str:
        """16 digits over names, sizes and contents of what makes the vectors: the weights for torch, or those of ``graph``.

        Of large files both ends, so that gigabytes of weights do not delay the start.
        """
        digest = hashlib.sha256()
        for path in self._files(graph):
            size = path.stat().st_size
            digest.update(f"{path.relative_to(self.directory).as_posix()}\0{size}\0".encode())
            with path.open("rb") as file:
                digest.update(file.read(_WHOLE_FILE_LIMIT))
                if size > _WHOLE_FILE_LIMIT:
                    file.seek(max(size - _WHOLE_FILE_LIMIT, _WHOLE_FILE_LIMIT))
                    digest.update(file.read())
        prompts = self.prompts
        digest.update(f"{prompts.query}\0{prompts.passage}".encode())
        return digest.hexdigest()[:16]

    def _files(self, graph: Path | None) -> Iterator[Path]:
        for path in sorted(p for p in self.directory.rglob("*") if p.is_file() and p.suffix not in _DESCRIPTIONS):
            parts = path.relative_to(self.directory).parts
            hidden = any(part.startswith(".") for part in parts)
            runs_elsewhere = parts[0] in _OTHER_RUNTIMES and (graph is None or path.parent != graph.parent)
            if not hidden and not runs_elsewhere:
                yield path

    @property
    def prompts(self) -> Prompts:
        """The model's own prompts, else those of its family (model_prompts.toml), else none."""
        own = self.read_json("config_sentence_transformers.json").get("prompts") or {}
        query, passage = _first(own, _QUERY_NAMES), _first(own, _PASSAGE_NAMES)
        if query or passage:
            return Prompts(query, passage)
        known = f"{self.name} {self.read_json('config.json').get('_name_or_path', '')}".casefold()
        for family in tomllib.loads(_FAMILIES.read_text(encoding="utf-8"))["family"]:
            if any(name in known for name in family["names"]):
                return Prompts(family["query"], family["passage"])
        return Prompts()

    @property
    def graph(self) -> Path | None:
        """The ONNX graph of the model, that of full precision first; None where it has none."""
        found = [self.directory / place for place in ("onnx/model.onnx", "model.onnx") if (self.directory / place).is_file()]
        return next(iter([*found, *sorted(self.directory.glob("onnx/*.onnx"))]), None)

    def read_json(self, path: str) -> Mapping[str, Any]:
        """A JSON object of the folder, empty where the file is missing. Raises SettingsError where it is none."""
        file = self.directory / path
        if not file.is_file():
            return {}
        try:
            content = json.loads(file.read_text(encoding="utf-8"))
        except ValueError as error:
            raise SettingsError(f"{file}: JSON として読めません（{error}）") from error
        if not isinstance(content, dict):
            raise SettingsError(f"{file}: JSON のオブジェクトではありません")
        return content


def _find(name_or_path: str) -> Path:
    if (directory := Path(name_or_path).expanduser()).is_dir():
        return directory
    from huggingface_hub import snapshot_download
    from huggingface_hub.errors import HFValidationError, LocalEntryNotFoundError

    try:
        return Path(snapshot_download(name_or_path, local_files_only=True))
    except (HFValidationError, LocalEntryNotFoundError) as error:
        raise SettingsError(
            f"KEIKAKU_MODEL={name_or_path}: この計算機にモデルがありません。sentence-transformers 形式のフォルダを指定してください"
        ) from error


def _first(prompts: Mapping[str, str | None], names: Sequence[str]) -> str:
    return next((prompt for name in names if (prompt := prompts.get(name))), "")
