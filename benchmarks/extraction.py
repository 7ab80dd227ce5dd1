"""How well and how fast documents are read: ``python -m benchmarks.extraction``.

Compares what is read from the real documents in ../shared with facts that were read from their pages by eye (``tests/ingest/truth``): departments as
sets of (measure, name) pairs, the listed bullets and indicator cells as right or wrong. Speed is in lines and pages a second on one core.
"""

from __future__ import annotations

import sys
import time
import tomllib
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path

from ingest.pipeline import read_documents
from ontology.model import Activity, Extraction, Measure, ValueRole

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT.parent / "shared" / "seeds"
SAMPLES = ROOT.parent / "shared" / "samples"
TRUTH = ROOT / "tests" / "ingest" / "truth"


def read_all(paths: Sequence[Path]) -> tuple[list[Extraction], float]:
    """What is read from ``paths``, and the seconds it took."""
    started = time.perf_counter()
    found = [extraction for _, result in read_documents(paths) if isinstance(result, list) for extraction in result]
    return found, time.perf_counter() - started


def key_of(measure: Measure) -> str:
    """The keys of departments.toml: the number, after its group where numbers repeat."""
    own = measure.number or measure.name.split("(")[0]
    if len(measure.path) == 2:
        return own
    return f"{'s' if measure.path[0] == 'organisation' else ''}{measure.path[1]}/{own}"


def score(found: set, expected: set) -> str:
    """Precision, recall and F1 of two sets."""
    right = len(found & expected)
    precision = right / len(found) if found else 0.0
    recall = right / len(expected) if expected else 0.0
    f1 = 2 * precision * recall / (precision + recall) if right else 0.0
    return f"precision {precision:.3f}  recall {recall:.3f}  F1 {f1:.3f}  (found {len(found)}, true {len(expected)})"


def read_truth(name: str) -> dict:
    return tomllib.loads((TRUTH / name).read_text(encoding="utf-8"))


def compare_departments(extractions: Iterable[Extraction]) -> None:
    for slug, measures in read_truth("departments.toml").items():
        expected = {(number, name) for number, names in measures.items() for name in names}
        own = [m for e in extractions if e.plan.slug == slug for m in e.measures if m.departments]
        found = {(key_of(m), d.name + "*" * d.collective) for m in own for d in m.departments}
        print(f"  {slug:28} {score(found, expected)}")


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


def compare_cells(extractions: Sequence[Extraction]) -> None:
    right = total = 0
    by_name = {(e.document.id, i.name): i for e in extractions for i in e.indicators}
    for cell in read_truth("indicators.toml")["cell"]:
        expected = {(ValueRole.ACTUAL, year): value for year, value in cell.get("actual", [])}
        expected |= {
            (role, cell[key][0]): cell[key][1]
            for role, key in ((ValueRole.BASELINE, "baseline"), (ValueRole.TARGET, "target"))
            if key in cell
        }
        indicator = by_name.get((cell["document"], cell["name"]))
        found = {(o.role, o.fiscal_year): o.quantity.value for o in indicator.observations} if indicator else {}
        total += len(expected)
        right += sum(key in found and found[key] == (Decimal(value) if value else None) for key, value in expected.items())
    print(f"  {right} of {total} cells right")


def main() -> int:
    if not SEEDS.is_dir():
        print("../shared が無いため、測れません", file=sys.stderr)
        return 2
    extractions, seconds = read_all(sorted(SEEDS.glob("*.txt")))
    lines = sum(len(e.document.lines[e.document.first_line - 1 : e.document.last_line]) for e in extractions)
    print("departments of measures")
    compare_departments(extractions)
    print("bullets that are hard to read")
    compare_bullets(extractions)
    print("indicator cells")
    compare_cells(extractions)
    print("lines not understood")
    for e in extractions:
        printed = sum(bool(line.strip()) for line in e.document.lines[e.document.first_line - 1 : e.document.last_line])
        print(f"  {e.document.title[:30]:30} {len(e.unread)} of {printed} ({len(e.unread) / printed:.1%})")
    print(f"text: {lines / seconds:,.0f} lines a second ({lines} lines in {seconds:.2f} s)")
    pages = 0
    pdf_seconds = 0.0
    for path in sorted(SAMPLES.glob("nankoku*.pdf")):
        found, took = read_all([path])
        pages += max((max(e.document.pages, default=0) for e in found), default=0)
        pdf_seconds += took
    print(f"PDF: {pages / pdf_seconds:.1f} pages a second ({pages} pages in {pdf_seconds:.2f} s)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
