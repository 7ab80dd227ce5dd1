"""How well and how fast documents are read: ``python -m benchmarks.extraction``.

Compares what is read from the real documents in ../shared with facts that were read from their pages by eye (``tests/ingest/truth``): departments as
sets of (measure, name) pairs, activities and effects as sets of (measure, lines), indicator cells as sets of (indicator, role, year, value), the
listed bullets as right or wrong. ``--misses`` lists each difference. Speed is in lines and pages a second of CPU time, so that what else runs on
the machine does not count. Of a text dump, which mostly has no pages, a page is 50 lines, blank ones included; of a PDF it is its own page.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path

from benchmarks.figures import compare_cells, compare_initiatives
from benchmarks.framework_facts import compare_mentions
from benchmarks.planned_figures import PROGRESS, planned_comparisons, read_successors, true_successors
from benchmarks.shapes import print_shapes
from benchmarks.truth import Score, compare_activities, compare_effects, key_of, read_truth, truth_names
from ingest.pipeline import read_documents
from ontology.model import Activity, Extraction

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
LINES_OF_PAGE = 50
SAMPLES = ROOT.parent / "shared" / "samples"


def read_all(paths: Sequence[Path]) -> tuple[list[Extraction], float]:
    """What is read from ``paths``, and the seconds of CPU time it took."""
    started = time.process_time()
    found = [extraction for _, result in read_documents(paths) if isinstance(result, list) for extraction in result]
    return found, time.process_time() - started


def compare_departments(extractions: Iterable[Extraction]) -> None:
    for slug, measures in read_truth("departments.toml").items():
        expected = {(number, name) for number, names in measures.items() for name in names}
        own = [m for e in extractions if e.plan.slug == slug for m in e.measures if m.departments]
        found = {(key_of(m), d.name + "*" * d.collective) for m in own for d in m.departments}
        print(f"  {slug:28} {Score.of(found, expected)}")


def compare_bullets(extractions: Sequence[Extraction]) -> None:
    truth = read_truth("bullets.toml")["bullet"]
    lines: dict[tuple[str, int, int], Activity] = {}
    for extraction in extractions:
        for measure in extraction.measures:
            for activity in measure.activities:
                source = activity.source
                lines.setdefault((extraction.document.file_name[:3], source.start_line, source.end_line), activity)
    found = [(bullet, lines.get((bullet["file"], *bullet["lines"]))) for bullet in truth]
    whole = [(bullet, activity) for bullet, activity in found if activity is not None]
    years = sum(activity.fiscal_year == bullet["year"] for bullet, activity in whole)
    owned = sum([d.name for d in activity.departments] == bullet["departments"] for bullet, activity in whole)
    print(f"  whole {len(whole)} of {len(truth)}, year right {years}, departments right {owned}")


def compare_facts(extractions: Sequence[Extraction], *, misses: bool) -> None:
    for kind, compare, figures in (("activities", compare_activities, ("status",)), ("effects", compare_effects, ("value", "unit"))):
        for name in truth_names(kind):
            comparison = compare(name, extractions)
            print(f"  {name.removesuffix('.toml')}")
            print(f"    found        {comparison.places()}")
            print(f"    departments  {comparison.departments()}")
            print(f"    year right {comparison.share('year'):.3f}  {' and '.join(figures)} right {comparison.share(*figures):.3f}")
            if misses:
                print(*(f"      {line}" for line in comparison.misses()), sep="\n")


def compare_planned(extractions: Sequence[Extraction], *, misses: bool) -> None:
    for name, comparison in planned_comparisons(extractions):
        print(f"  {name:28} {comparison.score()}")
        if misses:
            print(*(f"      {line}" for line in comparison.misses()), sep="\n")
    for name in PROGRESS:
        print(f"  {'successors':28} {Score.of(read_successors(name, extractions), true_successors(name))}")


def compare_frameworks(extractions: Sequence[Extraction], *, misses: bool) -> None:
    comparison = compare_mentions(extractions)
    for document in dict.fromkeys(document for document, _, _ in comparison.expected):
        print(f"  {document:28} {comparison.namings(document)}")
    print(f"  {'issuer, date, number, edition':28} {comparison.details()}")
    if misses:
        print(*(f"      {line}" for line in comparison.misses()), sep="\n")


def main() -> int:
    if not SEEDS.is_dir():
        print("../shared が無いため、測れません", file=sys.stderr)
        return 2
    extractions, seconds = read_all(sorted(SEEDS.glob("*.txt")))
    lines = sum(len(e.document.lines[e.document.first_line - 1 : e.document.last_line]) for e in extractions)
    print("departments of measures")
    compare_departments(extractions)
    print("activities and effects, all of them")
    compare_facts(extractions, misses="--misses" in sys.argv[1:])
    print("bullets that are hard to read")
    compare_bullets(extractions)
    print("indicator cells")
    print(*(f"  {document:28} {score}" for document, score in compare_cells(extractions)), sep="\n")
    print("figures of schedules, cells of progress tables (value, unit, comparator, year, lines), successors")
    compare_planned(extractions, misses="--misses" in sys.argv[1:])
    print("initiatives")
    print(*(f"  {document:28} {score}" for document, score in compare_initiatives(extractions)), sep="\n")
    print("frameworks named (document, measure, name)")
    compare_frameworks(extractions, misses="--misses" in sys.argv[1:])
    print("lines not understood")
    for e in extractions:
        printed = sum(bool(line.strip()) for line in e.document.lines[e.document.first_line - 1 : e.document.last_line])
        print(f"  {e.document.title[:30]:30} {len(e.unread)} of {printed} ({len(e.unread) / printed:.1%})")
    print("documents of other shapes, made of invented facts")
    print_shapes(misses="--misses" in sys.argv)
    speed = lines / seconds
    print(
        f"text: {speed:,.0f} lines, {speed / LINES_OF_PAGE:.0f} pages of {LINES_OF_PAGE} lines a second ({lines} lines in {seconds:.2f} s of CPU)"
    )
    pages = 0
    pdf_seconds = 0.0
    for path in sorted(SAMPLES.glob("nankoku*.pdf")):
        found, took = read_all([path])
        pages += max((max(e.document.pages, default=0) for e in found), default=0)
        pdf_seconds += took
    print(f"PDF: {pages / pdf_seconds:.1f} pages a second ({pages} pages in {pdf_seconds:.2f} s of CPU)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
