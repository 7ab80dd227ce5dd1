"""How fast a large index answers, and what it costs: ``python -m benchmarks.search_speed [--passages 100000] --work DIR``.

The index is built by the product from the plans in ../shared/seeds, the collections in ../shared/retrieval, and towns made from them
(many_towns.py); ``--work DIR`` keeps it. The graded questions are asked in the process, and of a real ``keikaku serve`` over HTTP. Shown are
wall and CPU time, since a busy machine makes only the first longer, the embedding of the question included, and the parts that take most.
"""

from __future__ import annotations

import argparse
import cProfile
import gc
import http.client
import json
import os
import pstats
import resource
import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import faiss

from benchmarks.beir import SHARED, locate_collection, read_collection
from benchmarks.many_towns import TurnedEncoder, make_towns
from benchmarks.retrieval import QUESTIONS, index_plans, open_engine
from benchmarks.serving import serve_product
from search_api import embedded_model
from search_api.embedding_cache import encode_with_cache
from search_api.encoder import load_encoders
from search_api.encoder_sentence_transformers import SentenceTransformerEncoder
from search_api.indexing import index_units
from search_api.progress import silent
from search_api.search import SearchEngine, SearchRequest

COLLECTIONS = ("nerima_procedures", "localgovfaq")
BARS = "search: p50 <= 25 ms, p95 <= 60 ms"
PLAIN_DEPTH = 30


def build(passages: int, work: Path) -> Path:
    """A data folder whose snapshot has the index of many towns; the graph stays that of the plans, which no search asks."""
    data = work / f"towns-{passages}"
    if (data / "current").exists():
        return data
    engine = index_plans(sorted((SHARED / "seeds").glob("*.txt")), work / "plans")
    real = [*engine.index.units, *(unit for name in COLLECTIONS for unit in read_collection(locate_collection(name)).units)]
    towns = make_towns(real, passages)
    encoders = [TurnedEncoder(e, towns, encode_with_cache(e, towns.models, work / "cache", silent)) for e in load_encoders()]
    former = (work / "plans" / "current").resolve()
    snapshot = data / "snapshots" / former.name
    shutil.rmtree(data, ignore_errors=True)
    shutil.copytree(former, snapshot)
    started = time.process_time()
    index_units(towns.units, snapshot / "search", encoders=encoders, cache_dir=data / "cache")
    print(f"indexed in {time.process_time() - started:.0f} s of CPU time, passages not embedded")
    shutil.rmtree(data / "cache")
    (data / "current").symlink_to(Path("snapshots") / former.name)
    return data


def read_questions() -> list[str]:
    """The texts of all graded questions."""
    files = [SHARED / "queries" / "dev_queries.json", *sorted(QUESTIONS.glob("*.json"))]
    return [question["query"] for file in files for question in json.loads(file.read_text(encoding="utf-8"))]


def measure(action: Callable[[str], object], questions: Sequence[str]) -> tuple[list[float], list[float]]:
    """Milliseconds of each question, sorted: on the wall, and of the processor."""
    wall, processor = [], []
    for question in questions:
        started, busy = time.perf_counter(), time.process_time()
        action(question)
        wall.append(1000 * (time.perf_counter() - started))
        processor.append(1000 * (time.process_time() - busy))
    return sorted(wall), sorted(processor)


def _tell(name: str, times: Sequence[float]) -> None:
    p50, p95 = times[len(times) // 2], times[int(len(times) * 0.95)]
    print(f"{name:28s} p50 {p50:6.1f} ms   p95 {p95:6.1f} ms   max {times[-1]:6.1f} ms   n {len(times)}")


def _resident() -> float:
    """Megabytes of this process that lie in memory."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


def open_measured(directory: Path) -> SearchEngine:
    """The engine, telling what it costs."""
    load_encoders(), embedded_model.open_word_vectors()
    before, started = _resident(), time.process_time()
    engine = open_engine(directory)
    grown, passages = _resident() - before, len(engine.index.passages)
    size = sum(path.stat().st_size for path in directory.iterdir()) / 2**20
    print(f"{len(engine.index.units)} units, {passages} passages; opened in {time.process_time() - started:.1f} s of CPU time")
    print(
        f"a 100,000 passages: {grown * 100_000 / passages:.0f} MB of memory (models {before:.0f} MB), {size * 100_000 / passages:.0f} MB on disk"
    )
    return engine


def measure_engine(engine: SearchEngine, questions: Sequence[str]) -> None:
    """Searches and owners in this process, after one warming round over a few questions. What is open is spared by the garbage collection, as
    in the service.
    """
    gc.collect()
    gc.freeze()
    for question in questions[:10]:
        engine.search(SearchRequest(question))
        engine.owners(question)
    actions = {
        f"search {mode}": lambda text, mode=mode: engine.search(SearchRequest(text, mode=mode))
        for mode in ("hybrid", "keyword", "semantic")
    }
    for name, action in {**actions, "owners": engine.owners}.items():
        wall, processor = measure(action, questions)
        _tell(name, wall)
        _tell("  of it CPU", processor)


def measure_plain(directory: Path, questions: Sequence[str]) -> None:
    """What a plain script takes on the same passages: sentence-transformers on torch, and the vectors of the main model in a flat index."""
    inverted = faiss.read_index(str(directory / "vectors-0.faiss"))
    inverted.make_direct_map()
    flat = faiss.IndexFlatIP(inverted.d)
    flat.add(inverted.reconstruct_n(0, inverted.ntotal))
    model = SentenceTransformerEncoder(str(embedded_model.locate() / "e5"))

    def ask(text: str) -> None:
        flat.search(model.encode_queries([text]), PLAIN_DEPTH)

    measure(ask, questions[:10])
    wall, processor = measure(ask, questions)
    _tell("sentence-transformers + faiss", wall)
    _tell("  of it CPU", processor)


def measure_server(data: Path, questions: Sequence[str]) -> None:
    """The same over HTTP, from ``keikaku serve`` in a process of its own."""
    with serve_product(data) as port:
        connection = http.client.HTTPConnection("127.0.0.1", port)

        def get(path: str) -> None:
            connection.request("GET", path)
            response = connection.getresponse()
            response.read()
            if response.status != http.HTTPStatus.OK:
                raise SystemExit(f"{path}: {response.status}")

        for name, path in (("search", "/api/search?q="), ("owners", "/api/owners?q="), ("suggest", "/api/suggest?q=")):
            for question in questions[:5]:
                get(path + quote(question))
            asked = questions if name != "suggest" else [question[:end] for question in questions for end in (1, 2, 4)]
            _tell(f"{name} over HTTP", measure(lambda text, path=path: get(path + quote(text)), asked)[0])


def profile(engine: SearchEngine, questions: Sequence[str], lines: int) -> None:
    """What takes the time of a hybrid search."""
    profiler = cProfile.Profile()
    profiler.enable()
    for question in questions:
        engine.search(SearchRequest(question))
    profiler.disable()
    pstats.Stats(profiler).sort_stats("tottime").print_stats(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--passages", type=int, default=100_000)
    parser.add_argument("--work", type=Path, required=True, metavar="DIR")
    parser.add_argument("--profile", type=int, default=0, metavar="LINES")
    parser.add_argument("--plain", action="store_true", help="beside it sentence-transformers with a flat faiss index")
    parser.add_argument("--no-server", dest="server", action="store_false")
    arguments = parser.parse_args()
    data = build(arguments.passages, arguments.work)
    questions = read_questions()
    load, cores = Path("/proc/loadavg").read_text().split()[0], len(os.sched_getaffinity(0))
    print(f"{BARS}; load of this machine {load} on {cores} cores")
    engine = open_measured(data / "current" / "search")
    measure_engine(engine, questions)
    if arguments.plain:
        measure_plain(data / "current" / "search", questions)
    if arguments.profile:
        profile(engine, questions, arguments.profile)
    del engine
    if arguments.server:
        measure_server(data, questions)


if __name__ == "__main__":
    main()
