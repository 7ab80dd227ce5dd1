"""The values that documents are read into.

Every value carries the place that says so (``Source``). Names are those of the contract's vocabulary. A field that the document
does not fill is ``None`` or empty, never guessed. Text is normalised (see ``ingest.characters``); ``Source.quotation`` keeps
the printed line.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal
from enum import Enum


@dataclass(frozen=True, slots=True)
class Source:
    """Where in its document a value stands. Lines count from 1 in the text as read; pages from 1, None where the input has none."""

    start_line: int
    end_line: int
    page: int | None = None
    quotation: str = ""


@dataclass(frozen=True, slots=True)
class Municipality:
    """A local government. ``code`` is the 6-digit 全国地方公共団体コード, check digit included."""

    code: str
    name: str
    kana: str = ""
    prefecture: str = ""


@dataclass(frozen=True, slots=True)
class Plan:
    """One plan of one municipality.

    ``slug`` names it in IRIs and follows from the document alone: the title without the municipality, then the last fiscal year of
    the period (or, where no period is printed, of the targets). ``title`` is as printed. Fiscal years only where printed.
    """

    municipality: Municipality
    title: str
    slug: str
    from_fiscal_year: int | None = None
    to_fiscal_year: int | None = None
    source: Source | None = None


@dataclass(frozen=True, slots=True)
class Department:
    """A named owner. ``collective`` marks group words that are no organisational unit (各課, 関係各課, 公金取扱課)."""

    name: str
    collective: bool = False
    source: Source | None = None


class ActivityStatus(Enum):
    DONE = "Done"
    PLANNED = "Planned"


class ValueRole(Enum):
    BASELINE = "Baseline"
    ACTUAL = "Actual"
    FORECAST = "Forecast"
    TARGET = "Target"


@dataclass(frozen=True, slots=True)
class Quantity:
    """A printed amount.

    ``text`` is the cell as printed. ``value`` is None unless the cell is exactly one number; ``unit`` is as printed (件, %, 万円).
    ``comparator``: ">=" 以上, "<=" 以下・以内, ">" 超・＞, "<" 未満, "~" 程度・約.
    """

    text: str
    value: Decimal | None = None
    unit: str | None = None
    comparator: str | None = None


@dataclass(frozen=True, slots=True)
class PlanElement:
    """A level above the measures: 指針１, 施策２, 基本方針Ⅰ. ``path`` names it below its plan: ("policy", "2")."""

    path: tuple[str, ...]
    level_name: str
    number: str | None
    name: str
    source: Source
    parent: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Activity:
    """One bullet of what was done (DONE) or will be done (PLANNED) in a fiscal year; ``departments`` only where printed on it."""

    order: int
    text: str
    source: Source
    fiscal_year: int | None = None
    status: ActivityStatus | None = None
    heading: str | None = None
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True, slots=True)
class Effect:
    """A printed result with its figure (効果・実績)."""

    order: int
    text: str
    source: Source
    fiscal_year: int | None = None
    quantity: Quantity | None = None
    departments: tuple[Department, ...] = ()


@dataclass(frozen=True, slots=True)
class Observation:
    """One cell of an indicator table."""

    quantity: Quantity
    role: ValueRole
    source: Source
    fiscal_year: int | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Indicator:
    """An indicator with its cells. ``measure`` is the path of the measure it belongs to, None for an indicator of the plan.

    ``heading`` is the heading of its table (③徴収率の向上), ``note`` the footnote that explains its name.
    """

    name: str
    source: Source
    observations: tuple[Observation, ...] = ()
    unit: str | None = None
    measure: tuple[str, ...] | None = None
    heading: str | None = None
    note: str | None = None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The printed rating of a measure (達成＋, 継続). ``fiscal_year`` only where the document says which year was rated."""

    rating_text: str
    source: Source
    fiscal_year: int | None = None


@dataclass(frozen=True, slots=True)
class Successor:
    """The measure of the plan in force that goes on with a measure of a former plan, as a column of successors names it (後期掲載先).

    ``measure`` is its path, None where the name is that of no measure or of several. ``is_merged`` tells that nothing is printed in the cell of
    the row itself: the cell above reaches over it.
    """

    text: str
    source: Source
    measure: tuple[str, ...] | None = None
    is_merged: bool = False


@dataclass(frozen=True, slots=True)
class Measure:
    """The level that names a 担当. ``departments`` is that cell, all of it and nothing else, ``partners`` is that of those who help (関係課).
    ``parent`` is the path of the element above.

    ``marks`` are those printed behind its name (＊, ○新); ``alternative_names`` are other names that the same document prints for it.
    """

    path: tuple[str, ...]
    level_name: str
    number: str | None
    name: str
    source: Source
    parent: tuple[str, ...] | None = None
    departments: tuple[Department, ...] = ()
    partners: tuple[Department, ...] = ()
    goal: str | None = None
    goal_source: Source | None = None
    description: str | None = None
    description_source: Source | None = None
    is_new: bool | None = None
    marks: tuple[str, ...] = ()
    alternative_names: tuple[str, ...] = ()
    activities: tuple[Activity, ...] = ()
    effects: tuple[Effect, ...] = ()
    assessments: tuple[Assessment, ...] = ()
    successors: tuple[Successor, ...] = ()


@dataclass(frozen=True, slots=True)
class FormerPlan:
    """An earlier plan on which a document looks back, with its measures and their figures as the document tells of them."""

    plan: Plan
    measures: tuple[Measure, ...]
    indicators: tuple[Indicator, ...] = ()


@dataclass(frozen=True, slots=True)
class Initiative:
    """A project told of outside the numbered measures (slides, case pages). ``categories`` are the printed ones (業務改善).

    ``measure`` is the path of the measure whose number is printed beside it, None where none is.
    """

    name: str
    source: Source
    departments: tuple[Department, ...] = ()
    description: str | None = None
    description_source: Source | None = None
    categories: tuple[str, ...] = ()
    effects: tuple[Effect, ...] = ()
    measure: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class FrameworkMention:
    """A national or metropolitan plan, strategy or law that the text names, with what is printed behind its name.

    ``issuer`` is who decided it (閣議), ``issued`` an ISO date (2021-12-24, 2021-12, 2021), ``law_number`` as printed (平成28年法律第103号).
    ``measure`` is the path of the measure whose text names it, None elsewhere in the document. ``version`` is the printed edition (2.0).
    ``name`` is the full name also where the text prints the short one that the document introduced for it. ``former_plan`` is the plan of the
    measure where that is an earlier plan on which the document looks back.
    """

    name: str
    source: Source
    issuer: str | None = None
    issued: str | None = None
    law_number: str | None = None
    measure: tuple[str, ...] | None = None
    version: str | None = None
    former_plan: Plan | None = None


@dataclass(frozen=True, slots=True)
class Alignment:
    """A printed mark that says a measure answers to a framework; ``source`` is the legend that explains the mark."""

    measure: tuple[str, ...]
    framework: str
    mark: str
    source: Source


@dataclass(frozen=True, slots=True)
class Reorganisation:
    """A change of units that a sentence tells of: ``original`` ones existed before, ``resulting`` ones since.

    Either may be empty: a unit that was only set up, or only dissolved. ``date`` is ISO (2024-04-01, 2024-04) where printed.
    """

    order: int
    text: str
    source: Source
    original: tuple[Department, ...] = ()
    resulting: tuple[Department, ...] = ()
    fiscal_year: int | None = None
    date: str | None = None
    status: ActivityStatus | None = None


@dataclass(frozen=True, slots=True)
class Passage:
    """Prose that is none of the above, with the heading it stands under.

    ``measure`` is the path of the measure in whose row or form it stands (根拠法令, 課題, 備考), None elsewhere.
    """

    order: int
    text: str
    source: Source
    heading: str | None = None
    measure: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class UnreadLine:
    """A line that no value accounts for; ``reason`` is Japanese."""

    number: int
    text: str
    reason: str


@dataclass(frozen=True, slots=True)
class SourceDocument:
    """One report or plan as published; a file may hold several.

    ``id`` is stable: the first 16 hexadecimal digits of the file's SHA-256, and ``-n`` for the n-th document of a file that holds
    several. ``lines`` are the lines of the whole file as read (without line ends), ``first_line``..``last_line`` the part that is this
    document. ``pages`` gives the page of each line of the file, empty where the input has none.
    """

    id: str
    title: str
    file_name: str
    sha256: str
    lines: tuple[str, ...] = field(repr=False)
    first_line: int = 1
    last_line: int = 0
    pages: tuple[int, ...] = field(default=(), repr=False)
    issued: str | None = None
    media_type: str = "text/plain"
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Extraction:
    """All that was read from one document. Every line that is not blank stands in the source of a value or is numbered here:

    ``structure`` headings, labels and heads of columns; ``furniture`` page numbers, running heads, link targets; ``unread`` the rest.
    """

    document: SourceDocument
    plan: Plan
    elements: tuple[PlanElement, ...] = ()
    measures: tuple[Measure, ...] = ()
    indicators: tuple[Indicator, ...] = ()
    passages: tuple[Passage, ...] = ()
    mentions: tuple[FrameworkMention, ...] = ()
    alignments: tuple[Alignment, ...] = ()
    former_plans: tuple[FormerPlan, ...] = ()
    initiatives: tuple[Initiative, ...] = ()
    reorganisations: tuple[Reorganisation, ...] = ()
    structure: tuple[int, ...] = ()
    furniture: tuple[int, ...] = ()
    unread: tuple[UnreadLine, ...] = ()


@dataclass(frozen=True, slots=True)
class Failure:
    """A file from which nothing could be read, with the reason in Japanese."""

    file_name: str
    reason: str
