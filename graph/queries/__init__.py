"""The product's own queries and the examples of the query page, one .rq file each."""

from __future__ import annotations

from dataclasses import dataclass
from importlib.resources import files

_TITLE = "# 題名:"
_CATEGORY = "# 分類:"
# The questions that the examples are sorted by, in the order in which the page shows them.
CATEGORIES = (
    "担当", "指標の推移", "文書間の食い違い", "国の計画・法令と自治体間の比較", "組織改正", "出典", "評価・後継", "意味での検索",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class ExampleQuery:
    """``name`` is the file name without its ending; ``text`` the whole query with its comments; the other parts are its Japanese head."""

    name: str
    title: str
    category: str
    explanation: str
    text: str


def read_query(name: str) -> str:
    """The text of ``{name}.rq``."""
    return (files(__name__) / f"{name}.rq").read_text(encoding="utf-8")


def example_queries() -> list[ExampleQuery]:
    """The queries whose first line is ``# 題名: …`` and whose second is ``# 分類: …``, by category and name."""
    found = [
        _read_example(file.name.removesuffix(".rq"), text)
        for file in files(__name__).iterdir()
        if file.name.endswith(".rq") and (text := file.read_text(encoding="utf-8")).startswith(_TITLE)
    ]
    return sorted(found, key=lambda example: (CATEGORIES.index(example.category), example.name))


def _read_example(name: str, text: str) -> ExampleQuery:
    """Raises ValueError where the category is missing: an example that nobody finds on the page."""
    title, category, *rest = text.split("\n")
    if not category.startswith(_CATEGORY):
        raise ValueError(f"{name}.rq:2: 「{_CATEGORY} …」がありません")
    explanation = []
    for line in rest:
        if not line.startswith("# "):
            break
        explanation.append(line.removeprefix("# "))
    return ExampleQuery(name, title.removeprefix(_TITLE).strip(), category.removeprefix(_CATEGORY).strip(), "".join(explanation), text)
