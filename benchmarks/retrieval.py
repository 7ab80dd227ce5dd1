"""How well the search finds, on the real engine: ``python -m benchmarks.retrieval [COLLECTION …] [--work DIR]``.

Measured side by side in all modes of search, with confidence intervals:
the graded questions on the plans in ../shared/seeds (../shared/queries/dev_queries.json and questions/*.json; ``--no-plans`` leaves them
out, ``--questions FILE`` adds some), and every COLLECTION: a folder in the form of BEIR, or the name of one in ../shared/retrieval.
A change that helps one of them and hurts another is no gain. ``--work DIR`` keeps indexes and vectors for the next run, ``--json FILE``
writes all figures, ``--worst N`` names the questions that hybrid answers worst. KEIKAKU_MODEL chooses another model, as anywhere.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import statistics
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path

import search_api
from benchmarks.beir import SHARED, Collection, locate_collection, read_collection
from keikaku.compose import choose_embedding, ingest_documents
from keikaku.evaluation_text import explain_intervals, print_comparison
from keikaku.settings import resolve_settings
from search_api import embedded_model
from search_api.encoder import load_encoders
from search_api.evaluation import GradedQuestion, read_questions, select_graded
from search_api.index import SearchIndex
from search_api.indexing import index_units
from search_api.mode_comparison import Comparison, compare_modes, describe_bootstrap
from search_api.search import SearchEngine

CALIBRATION = Path(__file__).with_name("calibration.toml")
UNITS = Path(__file__).with_name("units.json")
QUESTIONS = Path(__file__).with_name("questions")
BASE = "http://localhost:8000/"
_ASKED_AGAIN = 3


def open_engine(directory: Path) -> SearchEngine:
    """The engine of an index in ``directory`` with the models of the settings."""
    return SearchEngine(SearchIndex.open(directory, load_encoders(), embedded_model.open_word_vectors()))


def index_plans(documents: Sequence[Path], directory: Path) -> SearchEngine:
    """The engine of a snapshot of these plans, made as ``keikaku ingest`` makes it: what is inferred between documents counts, too."""
    settings = resolve_settings({"data_dir": str(directory)}, environ={})
    return SearchEngine.open(ingest_documents(documents, settings, embedding=choose_embedding()).snapshot)


def index_collection(collection: Collection, work: Path) -> SearchEngine:
    """The engine of a collection. What ``work`` holds is used where documents, models and program are the same."""
    encoders = load_encoders()
    directory = work / "collections" / collection.name / _hash_index(collection, [encoder.fingerprint for encoder in encoders])
    if not (directory / "index.json").is_file():
        directory.mkdir(parents=True, exist_ok=True)
        index_units(collection.units, directory, encoders=encoders, cache_dir=work / "cache")
    return open_engine(directory)


def _hash_index(collection: Collection, fingerprints: Sequence[str]) -> str:
    digest = hashlib.sha256(repr((collection.units, fingerprints)).encode())
    for path in sorted(Path(search_api.__path__[0]).rglob("*")):
        if path.suffix in {".py", ".toml", ".txt"}:
            digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def compare(engine: SearchEngine, questions: Sequence[GradedQuestion]) -> Comparison:
    """All modes of the product. Only kinds of units that the questions grade count in a ranking (see ``keikaku eval``)."""
    units = engine.index.units
    if missing := sorted({iri for question in questions for iri in question.relevant} - {unit.iri for unit in units}):
        print(f"  {len(missing)} relevant units are not in the index, such as {missing[0]}")
    return compare_modes(questions, engine.rank_units, graded=select_graded(units, questions))


def report(title: str, comparison: Comparison, worst: int) -> None:
    """Print the figures of one set of questions."""
    print(f"\n== {title}")
    print_comparison(comparison)
    rows = sorted(comparison.evaluations["hybrid"].rows, key=lambda row: (row.values[0], row.question.id))
    for row in rows[:worst]:
        print(f"  {row.values[0]:.3f} {row.question.id} {row.question.type}: {row.question.text}")


def measure_silence(engine: SearchEngine) -> dict[str, list[int]]:
    """How many of the calibration questions are answered: kind → [answered, asked]. Prints the time of a ranking as well."""
    lists = tomllib.loads(CALIBRATION.read_text(encoding="utf-8"))
    answered = {
        kind: [sum(bool(engine.rank_units(question)) for question in questions), len(questions)] for kind, questions in lists.items()
    }
    print("\nanswered: " + ", ".join(f"{found} of {asked} {kind}" for kind, (found, asked) in answered.items()))
    times = []
    for question in lists["answerable"] * _ASKED_AGAIN:
        started = time.perf_counter()
        engine.rank_units(question)
        times.append(1000 * (time.perf_counter() - started))
    print(f"a ranking takes {statistics.median(times):.0f} ms (median of {len(times)})")
    return answered


def measure_plans(files: Sequence[Path], work: Path, worst: int) -> tuple[dict[str, Comparison], dict[str, list[int]]]:
    """The graded question files over the plans in ../shared/seeds, each and together."""
    engine = index_plans(sorted((SHARED / "seeds").glob("*.txt")), work / "plans")
    questions = {path.name: read_questions(path, BASE, UNITS) for path in files}
    compared = {name: compare(engine, asked) for name, asked in questions.items()}
    if len(files) > 1:
        compared["all questions on the plans"] = compare(engine, [question for asked in questions.values() for question in asked])
    for name, comparison in compared.items():
        report(name, comparison, worst)
    return compared, measure_silence(engine)


def _summarise(compared: dict[str, Comparison]) -> None:
    print(f"\n{'hybrid':32s}    n  nDCG@10  recall@10  MRR@10  success@1  (keyword, semantic nDCG@10)   empty")
    for name, comparison in compared.items():
        row, evaluation = comparison.figures("hybrid"), comparison.evaluations["hybrid"]
        others = ", ".join(f"{comparison.figures(mode).ndcg:.3f}" for mode in comparison.others)
        silent = f"{evaluation.silent} of {evaluation.unanswerable}" if evaluation.unanswerable else ""
        print(f"{name:32s} {row.count:4d}  {row.ndcg:7.3f}  {row.recall:9.3f}  {row.mrr:6.3f}  {row.success:9.3f}  ({others})   {silent}")
    print(explain_intervals())


def measure(arguments: argparse.Namespace, work: Path) -> None:
    """Everything that was asked for."""
    compared: dict[str, Comparison] = {}
    silence: dict[str, list[int]] = {}
    if arguments.plans:
        files = [SHARED / "queries" / "dev_queries.json", *sorted(QUESTIONS.glob("*.json")), *arguments.questions]
        compared, silence = measure_plans(files, work, arguments.worst)
    for name in arguments.collections:
        collection = read_collection(locate_collection(name))
        compared[collection.name] = compare(index_collection(collection, work), collection.questions)
        report(collection.name, compared[collection.name], arguments.worst)
    _summarise(compared)
    if arguments.json:
        sets = {name: comparison.to_json() for name, comparison in compared.items()}
        content = {"bootstrap": describe_bootstrap(), "sets": sets, "answered": silence}
        arguments.json.write_text(json.dumps(content, ensure_ascii=False, indent=1), encoding="utf-8")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--no-plans", dest="plans", action="store_false")
    parser.add_argument("--questions", type=Path, action="append", default=[], metavar="FILE")
    parser.add_argument("--work", type=Path, metavar="DIR")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--worst", type=int, default=0, metavar="N")
    arguments = parser.parse_args()
    if arguments.work:
        arguments.work.mkdir(parents=True, exist_ok=True)
        measure(arguments, arguments.work)
    else:
        with tempfile.TemporaryDirectory() as work:
            measure(arguments, Path(work))


if __name__ == "__main__":
    main()
