"""Passed and failed tests by suite and folder, and each failure with its cause: ``python -m benchmarks.w3c [SUITES]``."""

from __future__ import annotations

import sys
import tempfile
from collections import Counter, defaultdict
from collections.abc import Sequence
from pathlib import Path

import httpx

from benchmarks.w3c.manifests import SUITES, W3CTest, read_suites
from benchmarks.w3c.run import Outcome, read_known_failures, run_test
from benchmarks.w3c.service import serve_datasets

SHARED = Path(__file__).resolve().parents[3] / "shared" / "w3c"


def topic(test: W3CTest) -> str:
    """What the standard calls the part that a test belongs to."""
    if test.folder.rpartition("/")[2] in ("csv-tsv-res", "json-res"):
        return "結果の形式"
    return {"ProtocolTest": "プロトコル", "ServiceDescriptionTest": "Service Description"}.get(
        test.kind, "構文" if "Syntax" in test.kind else "評価"
    )


def print_counts(title: str, outcomes: Sequence[Outcome]) -> None:
    grades = Counter(outcome.grade for outcome in outcomes)
    total, strict = len(outcomes), grades["pass"]
    equal = strict + grades["equal"]
    print(f"{title:42} {strict:4} / {total:4} ({100 * strict / total:5.1f} %)   {equal:4} / {total:4} ({100 * equal / total:5.1f} %)")


def main(suites: Path) -> int:
    if not suites.is_dir():
        print(f"{suites} がありません。https://github.com/w3c/rdf-tests の sparql/ を置いてください。", file=sys.stderr)
        return 2
    tests = read_suites(suites)
    known = read_known_failures()
    outcomes = []
    with tempfile.TemporaryDirectory() as folder, serve_datasets(suites, Path(folder)) as service, httpx.Client(timeout=60) as client:
        outcomes = [run_test(test, service, client) for test in tests if not test.skip]
    print(f"{'':42} {'書き方も同じ':>15}   {'値が等しい':>17}")
    by_folder: dict[str, list[Outcome]] = defaultdict(list)
    for outcome in outcomes:
        by_folder[outcome.test.folder].append(outcome)
    for suite in SUITES:
        for folder, found in by_folder.items():
            if folder.startswith(suite + "/"):
                print_counts(folder, found)
        of_suite = [outcome for outcome in outcomes if outcome.test.name.startswith(suite + "/")]
        for name in dict.fromkeys(topic(outcome.test) for outcome in of_suite):
            print_counts(f"{suite} {name}", [outcome for outcome in of_suite if topic(outcome.test) == name])
        print_counts(f"{suite} 合計", of_suite)
        print()
    for reason, count in Counter(test.skip for test in tests if test.skip).items():
        print(f"対象外 {count:4}: {reason}")
    print()
    for outcome in outcomes:
        if outcome.grade != "pass":
            listed = known.get(outcome.test.name)
            cause = f"{listed.cause}: {listed.reason}" if listed else "一覧に無い"
            print(f"{outcome.grade:5} {outcome.test.name}\n      {cause}")
            if not listed:
                print(f"      {outcome.detail}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else SHARED))
