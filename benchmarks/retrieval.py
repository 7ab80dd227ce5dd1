"""How well the search finds, on the real engine: ``python -m benchmarks.retrieval [nerima_procedures localgovfaq]``.

Always measured: the graded questions on the plans in ../shared, and whether it is silent where it should be. Named collections of other
municipalities (../shared/retrieval) are indexed and measured as well; there every question has an answer by construction.
"""

from __future__ import annotations

import json
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote

from keikaku.compose import choose_embedding, ingest_documents
from keikaku.settings import resolve_settings
from search_api import embedded_model
from search_api.encoder import load_encoders
from search_api.evaluation import Evaluation, GradedQuestion, evaluate
from search_api.index import SearchIndex
from search_api.indexing import index_units
from search_api.search import SearchEngine
from search_api.units import Field, Unit

SHARED = Path(__file__).resolve().parents[2] / "shared"
CALIBRATION = Path(__file__).with_name("calibration.toml")
CIRCLED = "①②③④⑤⑥⑦⑧⑨"


def open_engine(directory: Path) -> SearchEngine:
    """The engine of an index in ``directory`` with the embedded model."""
    return SearchEngine(SearchIndex.open(directory, load_encoders(), embedded_model.open_word_vectors()))


def index_plans(documents: Sequence[Path], directory: Path) -> SearchEngine:
    """The engine of a snapshot of these plans, made as ``keikaku ingest`` makes it: what is inferred between documents counts, too."""
    settings = resolve_settings({"data_dir": str(directory)}, environ={})
    return SearchEngine.open(ingest_documents(documents, settings, embedding=choose_embedding()).snapshot)


def name_unit(unit: Unit) -> str:
    """The name that the graded questions use for a measure: plan, level or group, and number as printed."""
    plan, _, path = unquote(unit.iri).partition("/plan/")[2].partition("/")
    groups = path.split("/")
    if plan.startswith("行財政改革実施計画"):
        return f"sumida-gyozaisei-r6/№{unit.number}" if unit.number else f"sumida-gyozaisei-r6/{unit.title.partition('(')[0]}"
    if plan == "行政情報化推進計画-2025":
        return f"sumida-joho-r6/取組{unit.number}"
    if plan == "行政情報化推進計画-2020":
        return f"sumida-joho-h31/{['住民', '運営', '基盤'][int(groups[1]) - 1]}{CIRCLED[int(unit.number or 1) - 1]}"
    return f"itabashi-dx2025/{'推進' if groups[0] == 'organisation' else '施策'}{unit.number}"


def read_graded(engine: SearchEngine, path: Path) -> list[GradedQuestion]:
    """The graded questions of ../shared with the IRIs that their names stand for now."""
    iris = {name_unit(unit): unit.iri for unit in engine.index.units if unit.type == "Measure"}
    queries = json.loads(path.read_text(encoding="utf-8"))
    return [GradedQuestion(q["id"], q["query"], q["type"], {iris[name]: g for name, g in q["relevant"].items()}) for q in queries]


def read_collection(folder: Path) -> tuple[list[Unit], list[GradedQuestion]]:
    """A collection of ../shared/retrieval as units of one text each."""
    units = []
    for line in (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        title, text = row.get("title", ""), row["text"]
        if not title:
            title, _, text = text.removeprefix("Question:").partition("\nAnswer:")
        fields = tuple(Field(row["_id"], kind, part.strip(), ()) for kind, part in (("title", title), ("description", text)))
        units.append(Unit(row["_id"], "Measure", title.strip(), None, None, None, None, fields=fields))
    relevant: dict[str, dict[str, int]] = {}
    for line in (folder / "qrels.tsv").read_text(encoding="utf-8").splitlines()[1:]:
        question, unit, grade = line.split("\t")
        relevant.setdefault(question, {})[unit] = int(grade)
    rows = [json.loads(line) for line in (folder / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
    questions = [GradedQuestion(row["_id"], row["text"], folder.name, relevant.get(row["_id"], {})) for row in rows]
    return sorted(units, key=lambda unit: unit.iri), questions


def report(title: str, result: Evaluation) -> None:
    print(f"{title}\n  {'':18s}   n  nDCG@10  recall@10  MRR@10  success@1")
    for name, row in [*result.by_type.items(), ("overall", result.overall)]:
        print(f"  {name:18s} {row.count:3d}  {row.ndcg:7.3f}  {row.recall:9.3f}  {row.mrr:6.3f}  {row.success:9.3f}")
    if result.unanswerable:
        print(f"  silent where nothing answers: {result.silent} of {result.unanswerable}")


def main(collections: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory() as work:
        plans = Path(work) / "plans"
        plans.mkdir()
        engine = index_plans(sorted((SHARED / "seeds").glob("*.txt")), plans)
        report("graded questions", evaluate(read_graded(engine, SHARED / "queries" / "dev_queries.json"), engine.rank_units))
        lists = tomllib.loads(CALIBRATION.read_text(encoding="utf-8"))
        answered = {kind: sum(bool(engine.rank_units(question)) for question in questions) for kind, questions in lists.items()}
        print("answered: " + ", ".join(f"{answered[kind]} of {len(questions)} {kind}" for kind, questions in lists.items()))
        times = []
        for question in lists["answerable"] * 3:
            started = time.perf_counter()
            engine.rank_units(question)
            times.append(1000 * (time.perf_counter() - started))
        print(f"a ranking takes {statistics.median(times):.0f} ms (median of {len(times)})")
        for name in collections:
            folder = Path(work) / name
            folder.mkdir()
            units, questions = read_collection(SHARED / "retrieval" / name)
            index_units(units, folder, encoders=load_encoders(), cache_dir=folder / "cache")
            report(name, evaluate(questions, open_engine(folder).rank_units))


if __name__ == "__main__":
    main(sys.argv[1:])
