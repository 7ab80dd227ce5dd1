"""The words that documents print as labels, read from ``labels.toml`` (and a user's own file of the same form)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from ingest.characters import normalise
from ontology.errors import SettingsError

_OWN = Path(__file__).with_name("labels.toml")
# A label inside a block heads a column as well: role in [tables] → role in [block].
_HEADS_FROM_BLOCK = {"measure_name": "name", "department": "department", "division": "division", "number": "number", "assessment": "rating"}


def label_key(text: str) -> str:
    """The form in which labels are compared: characters folded, blanks removed."""
    return "".join(normalise(text).split())


@dataclass(frozen=True, slots=True, eq=False)
class Labels:
    """Label words by section and role, each list longest first so that the longest label wins. Two are equal only where they are the same object,
    so that patterns made of them can be kept.
    """

    sections: Mapping[str, Mapping[str, tuple[str, ...]]]
    levels: Mapping[str, str]

    def words(self, section: str, role: str) -> tuple[str, ...]:
        """The words of one role, in the compared form, longest first."""
        return self.sections[section].get(role, ())

    def roles(self, section: str) -> Mapping[str, tuple[str, ...]]:
        return self.sections[section]


def _merge(own: dict, extra: dict, file: str) -> dict:
    merged = {section: dict(roles) for section, roles in own.items()}
    for section, roles in extra.items():
        if section not in own or not isinstance(roles, dict):
            raise SettingsError(f"{file}: [{section}] は使えません。使える見出し: {'、'.join(own)}")
        for role, words in roles.items():
            if isinstance(merged[section].get(role), dict) and isinstance(words, dict):
                merged[section][role] = merged[section][role] | words
            elif isinstance(words, list) and all(isinstance(word, str) for word in words) and role in merged[section]:
                merged[section][role] = merged[section][role] + words
            else:
                raise SettingsError(f"{file}: [{section}] {role} は文字列の並びで、次のどれかです: {'、'.join(own[section])}")
    return merged


@cache
def load_labels(extra: Path | None = None) -> Labels:
    """The shipped labels, with the words of ``extra`` added. Raises ``SettingsError`` naming file, section and field."""
    tables = tomllib.loads(_OWN.read_text(encoding="utf-8"))
    if extra is not None:
        try:
            tables = _merge(tables, tomllib.loads(extra.read_text(encoding="utf-8")), str(extra))
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise SettingsError(f"{extra}: 見出し語のファイルを読めません（UTF-8 の TOML が必要です）: {error}") from error
    levels = {label_key(word): slug for word, slug in tables.pop("level")["words"].items()}
    for head, label in _HEADS_FROM_BLOCK.items():
        tables["tables"][head] = tables["tables"][head] + tables["block"][label]
    patterns = {"collective"}  # regular expressions are taken as written
    sections = {
        section: {
            role: tuple(words if role in patterns else sorted({label_key(word) for word in words}, key=lambda word: (-len(word), word)))
            for role, words in roles.items()
        }
        for section, roles in tables.items()
    }
    return Labels(sections, levels)
