"""The product's own queries and the examples of the query page, one .rq file each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

_TITLE = "# 題名:"


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """``name`` is the file name without its ending; ``title`` is Japanese; ``text`` the whole query with its comments."""

    name: str
    title: str
    text: str


def read_query(name: str) -> str:
    """The text of ``{name}.rq``."""
    return (files(__name__) / f"{name}.rq").read_text(encoding="utf-8")


def example_queries() -> list[ExampleQuery]:
    """The queries whose first line is ``# 題名: …``, in the order of their names."""
    found = []
    for file in sorted(files(__name__).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".rq") and (text := file.read_text(encoding="utf-8")).startswith(_TITLE):
            found.append(ExampleQuery(file.name.removesuffix(".rq"), text.partition("\n")[0].removeprefix(_TITLE).strip(), text))
    return found
