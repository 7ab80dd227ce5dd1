"""Side by side in one run, on the same passages and questions: ``python -m benchmarks.search_rivals [COLLECTION …] --work DIR [--txtai PYTHON]``.

Rivals: sentence-transformers with a flat faiss index, BM25 over character pairs, and txtai (Apache-2.0), which is no dependency of this project:
``--txtai`` names the Python of an environment with txtai, such as ``python -m venv rivals && rivals/bin/pip install txtai``. All
transformers are the same multilingual-e5-small. A document counts by its best passage. Times are those of one question, the embedding
included, one after the other, so that a busy machine slows all of them; the ratio is what counts.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import faiss
import numpy as np

from benchmarks.beir import SHARED, locate_collection, read_collection
from benchmarks.retrieval import BASE, QUESTIONS, UNITS, index_collection, index_plans
from search_api import embedded_model
from search_api.evaluation import Figures, GradedQuestion, evaluate, read_questions
from search_api.keyword_index import KeywordIndex
from search_api.onnx_export import load_sentence_transformer
from search_api.passages import cut_passages
from search_api.search import SearchEngine
from search_api.units import Unit

DEPTH = 30


@dataclass(frozen=True, slots=True)
class Rival:
    """What one way of searching reaches: ``milliseconds`` of each question."""

    name: str
    figures: Figures
    milliseconds: Sequence[float]


def measure(name: str, questions: Sequence[GradedQuestion], ask: Callable[[str], Sequence[str]]) -> Rival:
    """Ask every question, warmed up by the first ones."""
    for question in questions[:5]:
        ask(question.text)
    times: list[float] = []

    def timed(text: str) -> Sequence[str]:
        started = time.perf_counter()
        answer = ask(text)
        times.append(1000 * (time.perf_counter() - started))
        return answer

    return Rival(name, evaluate(questions, timed).overall, sorted(times))


def ask_faiss(texts: Sequence[str], owners: Sequence[str]) -> Callable[[str], Sequence[str]]:
    """sentence-transformers on torch, and all vectors in a flat index."""
    faiss.omp_set_num_threads(1)
    model = load_sentence_transformer(str(embedded_model.locate() / "e5"))
    index = faiss.IndexFlatIP(model.get_embedding_dimension())
    index.add(model.encode_document(list(texts), batch_size=32, normalize_embeddings=True, show_progress_bar=False))

    def ask(text: str) -> Sequence[str]:
        _, rows = index.search(model.encode_query([text], normalize_embeddings=True, show_progress_bar=False), DEPTH)
        return [owners[row] for row in rows[0] if row >= 0]

    return ask


def ask_pairs(texts: Sequence[str], owners: Sequence[str]) -> Callable[[str], Sequence[str]]:
    """BM25 (k1 1.2, b 0.75) over pairs of characters, knowing nothing of Japanese."""
    index = KeywordIndex.build([_pairs(text) for text in texts])

    def ask(text: str) -> Sequence[str]:
        scores = index.scores(dict.fromkeys(_pairs(text), 1.0))
        rows = np.argsort(-scores, kind="stable")[:DEPTH]
        return [owners[row] for row in rows if scores[row] > 0]

    return ask


def _pairs(text: str) -> list[str]:
    plain = "".join(text.split())
    return [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]


def ask_txtai(python: Path, texts: Sequence[str], owners: Sequence[str], questions: Sequence[GradedQuestion]) -> list[Rival]:
    """What txtai reaches, in a process of its own with the same threads as here."""
    task = {"texts": list(texts), "questions": [q.text for q in questions], "model": str(embedded_model.locate() / "e5")}
    program = Path(__file__).with_name("rival_txtai.py")
    environment = {
        **os.environ,
        "HF_HUB_OFFLINE": "1",
        "TRANSFORMERS_OFFLINE": "1",
        "OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", "1"),
    }
    run = subprocess.run([python, program], input=json.dumps(task), stdout=subprocess.PIPE, text=True, check=True, env=environment)
    rivals = []
    for name, answer in json.loads(run.stdout.splitlines()[-1]).items():
        rankings = {q.text: [owners[row] for row in rows] for q, rows in zip(questions, answer["rankings"], strict=True)}
        rivals.append(Rival(name, evaluate(questions, rankings.__getitem__).overall, sorted(answer["milliseconds"])))
    return rivals


def compare(title: str, engine: SearchEngine, units: Sequence[Unit], questions: Sequence[GradedQuestion], txtai: Path | None) -> None:
    """Measure all on the passages of ``units`` and print the table."""
    passages = cut_passages(units)
    texts, owners = [passage.indexed_text for passage in passages], [units[passage.unit].iri for passage in passages]
    answered = [question for question in questions if question.relevant]
    rivals = [measure("keikaku", answered, engine.rank_units)]
    rivals.append(measure("sentence-transformers + faiss", answered, ask_faiss(texts, owners)))
    rivals.append(measure("BM25, character pairs", answered, ask_pairs(texts, owners)))
    if txtai:
        rivals += ask_txtai(txtai, texts, owners, answered)
    load = Path("/proc/loadavg").read_text().split()[0]
    print(f"\n== {title}: {len(texts)} passages, {len(answered)} questions (load {load})")
    print(f"{'':30s} nDCG@10            success@1    p50 ms   p95 ms   time ratio   nDCG ratio")
    own = rivals[0]
    for rival in rivals:
        low, high = rival.figures.intervals["nDCG@10"]
        p50, p95 = (rival.milliseconds[int(len(rival.milliseconds) * share)] for share in (0.5, 0.95))
        ratio = p50 / own.milliseconds[len(own.milliseconds) // 2]
        print(
            f"{rival.name:30s} {rival.figures.ndcg:.3f} [{low:.2f}, {high:.2f}]   {rival.figures.success:.3f}     {p50:7.1f}  {p95:7.1f}"
            f"   {ratio:8.2f}   {rival.figures.ndcg / own.figures.ndcg:9.2f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--txtai", type=Path, metavar="PYTHON")
    parser.add_argument("--no-plans", dest="plans", action="store_false")
    arguments = parser.parse_args()
    if arguments.plans:
        engine = index_plans(sorted((SHARED / "seeds").glob("*.txt")), arguments.work / "plans")
        measures = [unit for unit in engine.index.units if unit.type == "Measure"]
        files = [SHARED / "queries" / "dev_queries.json", *sorted(QUESTIONS.glob("*.json"))]
        questions = [question for file in files for question in read_questions(file, BASE, UNITS)]
        compare("plans", engine, measures, questions, arguments.txtai)
    for name in arguments.collections:
        collection = read_collection(locate_collection(name))
        compare(name, index_collection(collection, arguments.work), collection.units, collection.questions, arguments.txtai)


if __name__ == "__main__":
    main()
