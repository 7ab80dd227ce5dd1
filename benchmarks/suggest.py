"""How fast completions come while typing: ``python -m benchmarks.suggest [100000]`` made-up names, typed letter by letter.

Printed: what the lookup itself takes, what it takes over HTTP from a real server in a process of its own, and what it costs to open.
"""

from __future__ import annotations

import http.client
import json
import multiprocessing
import random
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from urllib.parse import quote

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from search_api.completion_index import CompletionIndex
from search_api.completions import Completion
from search_api.suggest import Suggester

SUBJECTS = "窓口=マドグチ 税務=ゼイム 高齢者=コウレイシャ 子育て=コソダテ 防災=ボウサイ 図書館=トショカン 道路=ドウロ 公園=コウエン 学校=ガッコウ 保育所=ホイクショ 行政手続=ギョウセイテツヅキ 職員研修=ショクインケンシュウ 文化財=ブンカザイ 商店街=ショウテンガイ 空き家=アキヤ マイナンバーカード=マイナンバーカード オープンデータ=オープンデータ キャッシュレス決済=キャッシュレスケッサイ スマートフォン=スマートフォン テレワーク=テレワーク 健康診査=ケンコウシンサ 地域福祉=チイキフクシ 避難所=ヒナンジョ 上下水道=ジョウゲスイドウ"
VERBS = "推進=スイシン 充実=ジュウジツ 見直し=ミナオシ 整備=セイビ 拡大=カクダイ 強化=キョウカ 支援=シエン 導入=ドウニュウ 活用=カツヨウ 改善=カイゼン 調査=チョウサ 運営=ウンエイ"
PLACES = "東=ヒガシ 西=ニシ 南=ミナミ 北=キタ 中央=チュウオウ 本=ホン 上=カミ 下=シモ 新=シン 大=オオ 若葉=ワカバ 緑=ミドリ"
TYPED = (
    "窓口の推進",
    "まどぐちの",
    "madoguchi",
    "kyasshuresu",
    "ｷｬｯｼｭﾚｽ",
    "窓ぐ",
    "こうれいしゃ",
    "の",
    "し",
    "s",
    "ky",
    "レス決済の拡",
    "地域福祉けん",
    "あ",
    "zzz",
)
ROUNDS = 20


def make_completions(count: int) -> list[Completion]:
    """Names as plans have them, all different, with their readings; the same ones every time."""
    chance = random.Random(1)
    parts = [[word.split("=") for word in words.split()] for words in (PLACES, SUBJECTS, SUBJECTS, VERBS)]
    made: dict[str, Completion] = {}
    while len(made) < count:
        (place, p), (first, f), (second, s), (verb, v) = (chance.choice(words) for words in parts)
        number = str(chance.randrange(1000))
        pieces = [(place, p), (first, f), ("と", "ト"), (second, s), (number, ""), ("の", "ノ"), (verb, v)]
        starts = [sum(len(piece) for piece, _ in pieces[:n]) for n in range(len(pieces))]
        words = " ".join(
            f"{start}{'-' if piece in 'との' else '+'}{reading}" for start, (piece, reading) in zip(starts, pieces, strict=True)
        )
        text = "".join(piece for piece, _ in pieces)
        made[text] = Completion(
            text, "measure", chance.randrange(1, 200), words, ("999997", "若葉野市"), f"http://localhost:8000/id/{len(made)}"
        )
    return list(made.values())


def type_out(texts: Sequence[str]) -> list[str]:
    """Each text as it grows: what is asked at every key."""
    return [text[:end] for text in texts for end in range(1, len(text) + 1)]


def measure(action: Callable[[str], object]) -> list[float]:
    """Milliseconds of each request, in order."""
    times = []
    for typed in type_out(TYPED) * ROUNDS:
        started = time.perf_counter()
        action(typed)
        times.append(1000 * (time.perf_counter() - started))
    return sorted(times)


def read_memory() -> float:
    """Megabytes that this process has in memory."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmRSS:")[2].split()[0]) / 1024


def serve(directory: Path, listener: socket.socket) -> None:
    """Open the index, tell what that costs and how fast a lookup is by itself, then answer."""
    before = read_memory()
    started = time.process_time()
    suggester = Suggester.open(directory)
    opened = time.process_time() - started
    print(f"opened in {opened:.1f} s of CPU time, {read_memory() - before:.0f} MB of memory")
    suggester.suggest("窓ぐ")
    report("lookup", measure(suggester.suggest))
    app = Starlette(routes=[Route("/", lambda request: _answer(suggester, request))])
    uvicorn.Server(uvicorn.Config(app, log_level="error")).run(sockets=[listener])


def _answer(suggester: Suggester, request: Request) -> JSONResponse:
    return JSONResponse(suggester.suggest(request.query_params["q"]).to_json())


def report(name: str, times: Sequence[float]) -> None:
    print(
        f"{name:12s} p50 {statistics.median(times):5.1f} ms   p95 {times[int(len(times) * 0.95)]:5.1f} ms   max {times[-1]:5.1f} ms   n {len(times)}"
    )


def main(count: int) -> None:
    with tempfile.TemporaryDirectory() as work:
        directory = Path(work)
        started = time.process_time()
        CompletionIndex.build(make_completions(count)).save(directory)
        print(f"{count} texts: built and written in {time.process_time() - started:.1f} s of CPU time")
        print(f"on disk {sum(path.stat().st_size for path in directory.iterdir()) / 1e6:.0f} MB")
        # In a process of its own, so that its memory is that of the open index alone.
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        server = multiprocessing.get_context("spawn").Process(target=serve, args=(directory, listener), daemon=True)
        server.start()
        connection = http.client.HTTPConnection(*listener.getsockname())

        def ask(typed: str) -> object:
            connection.request("GET", f"/?q={quote(typed)}")
            return json.loads(connection.getresponse().read())

        try:
            ask("窓ぐ")  # loads the dictionary
            report("over HTTP", measure(ask))
        finally:
            server.terminate()
            server.join()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
