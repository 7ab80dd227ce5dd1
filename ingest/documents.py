"""From one file to its documents: where each begins, which municipality and which plan it is about."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from ingest.characters import normalise
from ingest.layout import Line, SourceText
from ingest.places import choose_municipality, score_municipalities
from ingest.plan_periods import Period, find_issue_date, find_period, find_target_year
from ingest.plan_titles import PlanTitle, find_document_title, find_plan_title, strip_municipality
from ingest.printed import find_led_pages
from ingest.running_text import RunningText, read_running_text
from ingest.settings_file import NOTHING_SET, DocumentSettings, Overrides
from ontology.errors import SettingsError, UnreadableDocument
from ontology.model import Municipality, Plan, Source, SourceDocument

# 【資料２－１】 in brackets, or 資料１ alone on its line. 「資料：総務省」 and 資料編 are no marks.
_MARK = re.compile(r"【(?:参考)?資料\d+(?:[-の]\d+)*】|(?:参考)?資料\d+(?:[-の]\d+)*|[\[(](?:参考)?資料\d+(?:[-の]\d+)*[\])]")
_TITLE_OF_REPORT = re.compile(r"[^。、]{6,50}(?:計画|方針|プラン|戦略|ビジョン)[^。、]{0,24}について")
_TITLE_ENDS = ("について", "報告", "報告書", "計画", "方針", "概要")
_LEAST_LINES = 5
_TABULAR = ("text/csv", "text/tab-separated-values", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet")
_LONGEST_PAGE = 150  # lines, blank ones included; what lies further back is no page start of the same page


@dataclass(frozen=True, slots=True)
class DocumentSpan:
    """Lines ``first_line``..``last_line`` of a file that are one document; ``mark`` is 資料２－１ where printed."""

    first_line: int
    last_line: int
    mark: str | None = None
    settings: DocumentSettings = NOTHING_SET


def split_documents(source: SourceText, overrides: Overrides | None = None) -> list[DocumentSpan]:
    """The documents of a file, in order and without gaps: by hand where the settings file says so, else by marks and title pages.

    Marks (【資料２－１】) stand at the end of the first page in text taken from PDF, so a document begins with the page that bears its mark, or
    with the title line after a gap on it.
    """
    last = source.lines[-1].number if source.lines else 0
    common = overrides.common if overrides else NOTHING_SET
    if overrides and overrides.documents:
        return [_span_by_hand(settings, last, overrides.file) for settings in overrides.documents]
    pages = _page_starts(source.lines)
    starts: dict[int, str | None] = {1: None}
    floor, current = 0, None
    for index, line in enumerate(source.lines):
        text = _bare(line.text)
        if _MARK.fullmatch(text):
            mark = text.strip("【】[]()")
            if mark == current:
                continue
            begin = _begin_of_marked(source.lines, index, floor, pages)
            if _is_short(source.lines, 0, begin):
                begin = 0
            starts[source.lines[begin].number] = mark
            current, floor = mark, index + 1
        elif index in pages and index > floor and _TITLE_OF_REPORT.fullmatch(text) and not _is_short(source.lines, floor, index):
            starts.setdefault(line.number, None)
            current = None
    ordered = _without_short(source.lines, sorted(starts))
    ends = [start - 1 for start in ordered[1:]] + [last]
    return [DocumentSpan(start, end, starts[start], common) for start, end in zip(ordered, ends, strict=True)]


def _span_by_hand(settings: DocumentSettings, last: int, file: str) -> DocumentSpan:
    first_line, last_line = settings.first_line or 1, settings.last_line or last
    if last_line > last:
        raise SettingsError(f"{file}: last_line = {last_line} は文書の行数（{last}行）を超えています")
    return DocumentSpan(first_line, last_line, None, settings)


def _bare(text: str) -> str:
    return "".join(normalise(text).split())


def _page_starts(lines: Sequence[Line]) -> frozenset[int]:
    """Indices of lines that begin a page: as the reader tells, else as a blank before the line does."""
    led = find_led_pages(lines)
    found = {0}
    for index in range(1, len(lines)):
        line, before = lines[index], lines[index - 1]
        if line.page != before.page if line.page is not None else line.number in led:
            found.add(index)
    return frozenset(found)


def _begin_of_marked(lines: Sequence[Line], mark: int, floor: int, pages: frozenset[int]) -> int:
    """Index of the first line of the document whose mark stands on line ``mark``; it cannot begin before ``floor``.

    A mark that closes its page (the next line begins one) belongs to the page's first line. Any other one stands at the head: below the title
    that follows a gap of two blank lines or more, or itself below such a gap.
    """
    page = max((p for p in pages if max(floor, mark - _LONGEST_PAGE) <= p <= mark), default=None)
    if page is not None and mark + 1 in pages:
        return page
    gap, below = 0, mark
    for index in range(mark - 1, max(floor, page or 0) - 1, -1):
        if lines[index].text.strip():
            gap, below = 0, index
            continue
        gap += 1
        if gap == 2 and (below == mark or _bare(lines[below].text).endswith(_TITLE_ENDS)):
            return below
    return mark if page is None else page


def _without_short(lines: Sequence[Line], starts: Sequence[int]) -> list[int]:
    """Starts that leave each document enough lines: 資料１, 資料２, 資料３ below each other are a list, not documents."""
    spans = pairwise([*starts, len(lines) + 1])
    return [start for start, following in spans if start == 1 or not _is_short(lines, start - 1, following - 1)]


def _is_short(lines: Sequence[Line], start: int, end: int) -> bool:
    """Whether too little is printed between two lines to be a document of its own."""
    return sum(bool(line.text.strip()) for line in lines[start:end]) < _LEAST_LINES


def identify_documents(source: SourceText, overrides: Overrides | None = None) -> list[tuple[SourceDocument, Plan]]:
    """The documents of a file, each with the plan it is about.

    Raises UnreadableDocument where no municipality is found, naming the settings file as the way out.
    """
    spans = split_documents(source, overrides)
    texts = [read_running_text(source.lines[span.first_line - 1 : span.last_line]) for span in spans]
    municipalities = _find_municipalities(source, spans, texts)
    prose = [_prose(source, span, text) for span, text in zip(spans, texts, strict=True)]
    titles = [
        span.settings.document_title or find_document_title(text, m) for span, text, m in zip(spans, prose, municipalities, strict=True)
    ]
    plans = [_find_title(*parts) for parts in zip(spans, prose, municipalities, titles, strict=True)]
    plans = _lend_titles(plans, titles)
    result = []
    for number, (span, text, municipality, title, plan) in enumerate(zip(spans, texts, municipalities, titles, plans, strict=True), 1):
        document_id = source.sha256[:16] + (f"-{number}" if len(spans) > 1 else "")
        document = _make_document(source, span, text, document_id, title or (plan.title if plan else None))
        if plan is None:
            name = document.title
            advice = f"（{source.file_name}.toml の plan_title で指定できます）"
            document = replace(
                document,
                warnings=(*document.warnings, f"計画の名称が本文に見つからないため、文書の名称「{name}」を計画の名称とします{advice}"),
            )
            plan = PlanTitle(name, strip_municipality(name, municipality), text.numbers[0] if text.numbers else span.first_line)  # noqa: PLW2901 - the fallback
        result.append((document, _make_plan(source, span, text, municipality, plan)))
    return _lend_slugs(result)


def _prose(source: SourceText, span: DocumentSpan, text: RunningText) -> RunningText:
    """The lines that may name the plan: in workbooks and CSV those outside the tables, whose cells name projects (計画策定事業)."""
    if source.media_type not in _TABULAR:
        return text
    return text.without({number for table in source.tables for number in range(table.first_line, table.last_line + 1)})


def _make_document(source: SourceText, span: DocumentSpan, text: RunningText, document_id: str, title: str | None) -> SourceDocument:
    return SourceDocument(
        id=document_id,
        title=title or unicodedata.normalize("NFC", source.file_name.rsplit(".", 1)[0]),
        file_name=source.file_name,
        sha256=source.sha256,
        lines=tuple(line.text for line in source.lines),
        first_line=span.first_line,
        last_line=span.last_line,
        pages=tuple(line.page for line in source.lines if line.page is not None),
        issued=span.settings.issued or find_issue_date(text),
        media_type=source.media_type,
        warnings=source.warnings,
    )


def _find_municipalities(source: SourceText, spans: Sequence[DocumentSpan], texts: Sequence[RunningText]) -> list[Municipality]:
    """Each document's own, else that of the whole file, else the one that the name of the file says."""
    scores = [score_municipalities(text) for text in texts]
    total: Counter[Municipality] = Counter()
    for score in scores:
        total.update(score)
    named = _named_by_file(source.file_name)
    found = []
    for span, score in zip(spans, scores, strict=True):
        municipality = span.settings.municipality or choose_municipality(score)[0] or choose_municipality(total)[0] or named
        if municipality is None:
            rivals = "、".join(f"{m.prefecture}{m.name}" for m in choose_municipality(total)[1])
            reason = f"どの自治体の文書か決められません（候補: {rivals}）" if rivals else "自治体の名称が本文に見つかりません"
            raise UnreadableDocument(
                source.file_name,
                f'{reason}。同じ場所に {source.file_name}.toml（フォルダー全体なら keikaku.toml）を置き、municipality = "千代田区" のように名称か6桁のコードを書いてください',
            )
        found.append(municipality)
    return found


def _named_by_file(file_name: str) -> Municipality | None:
    """The municipality in the name of a file (千代田区_事務事業評価.xlsx): sheets and tables often do not print whose they are."""
    stem = unicodedata.normalize("NFC", file_name.rsplit(".", 1)[0])
    words = re.sub(r"[_＿\-－ 　()（）\d]+", "、", stem)
    return choose_municipality(score_municipalities(read_running_text([Line(1, words)])))[0]


def _find_title(span: DocumentSpan, text: RunningText, municipality: Municipality, document_title: str | None) -> PlanTitle | None:
    if span.settings.plan_title:
        title = unicodedata.normalize("NFKC", span.settings.plan_title)
        return PlanTitle(title, strip_municipality(title, municipality), span.first_line)
    return find_plan_title(text, municipality, document_title)


def _lend_titles(plans: list[PlanTitle | None], titles: Sequence[str | None]) -> list[PlanTitle | None]:
    """Within a file a plan has one title, the longest printed (with the municipality's name), and slides that name none take the fitting one."""
    longest: dict[str, PlanTitle] = {}
    for plan in plans:
        if plan and len(plan.title) > len(longest.get(plan.core, PlanTitle("", "", 0)).title):
            longest[plan.core] = plan
    lent = []
    for plan, title in zip(plans, titles, strict=True):
        if plan:
            lent.append(replace(plan, title=longest[plan.core].title))
        else:
            stems = {core: re.sub(r"(?:推進|実施|実行)?(?:計画|方針|プラン|戦略)(?:20\d\d)?$", "", core) for core in longest}
            fitting = [core for core in sorted(stems) if title and len(stems[core]) >= 3 and stems[core] in title]
            lent.append(longest[fitting[0]] if len(fitting) == 1 else None)
    return lent


def _make_plan(source: SourceText, span: DocumentSpan, text: RunningText, municipality: Municipality, title: PlanTitle) -> Plan:
    printed = find_period(text)
    start, end = span.settings.from_fiscal_year, span.settings.to_fiscal_year
    if printed and (start or printed.from_fiscal_year) <= (end or printed.to_fiscal_year):
        period = Period(start or printed.from_fiscal_year, end or printed.to_fiscal_year)
        start, end = period.from_fiscal_year, period.to_fiscal_year
    last_year = end or find_target_year(text)
    slug = re.sub(r"\s+", "", unicodedata.normalize("NFKC", title.core))
    line = source.lines[title.line - 1]
    return Plan(
        municipality=municipality,
        title=title.title,
        slug=f"{slug}-{last_year}" if last_year else slug,
        from_fiscal_year=start,
        to_fiscal_year=end,
        source=Source(line.number, line.number, line.page, line.text),
    )


def _lend_slugs(result: list[tuple[SourceDocument, Plan]]) -> list[tuple[SourceDocument, Plan]]:
    """A document without any year takes the slug of its plan from another document of the file, where there is just one."""
    slugs: dict[tuple[str, str], set[str]] = {}
    for _, plan in result:
        if match := re.fullmatch(r"(.+)-(\d{4})", plan.slug):
            slugs.setdefault((plan.municipality.code, match[1]), set()).add(plan.slug)
    lent = []
    for document, plan in result:
        known = slugs.get((plan.municipality.code, plan.slug), set())
        lent.append((document, replace(plan, slug=next(iter(known))) if len(known) == 1 else plan))
    return lent
