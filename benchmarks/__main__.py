"""Times of the whole path, each in a process of its own as a user meets it: ``make bench`` or ``python -m benchmarks FOLDER``."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
KEIKAKU = [sys.executable, "-m", "keikaku.cli"]
PORT = 8719
QUESTIONS = (
    "キャッシュレス",
    "はんこをやめたい",
    "お年寄りにスマホの使い方を教える",
    "役所に行かずに手続きしたい",
    "避難所の備え",
    "職員の研修",
)
ROUNDS = 10


def measure(action: Callable[[], object]) -> float:
    """Seconds that ``action`` takes."""
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def run(*arguments: str) -> None:
    subprocess.run([*KEIKAKU, *arguments], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def get(path: str) -> bytes:
    with urllib.request.urlopen(f"http://127.0.0.1:{PORT}{path}", timeout=60) as answer:
        return answer.read()


def wait_until_ready(process: subprocess.Popen[bytes]) -> None:
    while process.poll() is None:
        try:
            get("/readyz")
            return
        except urllib.error.URLError:
            time.sleep(0.02)
    raise SystemExit("the server ended before it answered")


def time_questions() -> list[float]:
    """Milliseconds of each search over HTTP, in order."""
    paths = [f"/api/search?q={urllib.parse.quote(question)}" for question in QUESTIONS]
    get(paths[0])
    return sorted(1000 * measure(lambda path=path: get(path)) for _ in range(ROUNDS) for path in paths)


def main(folder: Path) -> None:
    print(f"文書: {folder}")
    with tempfile.TemporaryDirectory() as work:
        words, whole = f"{work}/words", f"{work}/whole"
        print(f"取り込み（語句だけ）      {measure(lambda: run('ingest', str(folder), '--data', words, '--keyword-only')):8.1f} 秒")
        print(f"取り込み（埋め込みから）  {measure(lambda: run('ingest', str(folder), '--data', whole)):8.1f} 秒")
        print(f"同じ文書をもう一度        {measure(lambda: run('ingest', str(folder), '--data', whole)):8.1f} 秒")
        server = subprocess.Popen([*KEIKAKU, "serve", "--data", whole, "--port", str(PORT)], stdout=subprocess.DEVNULL)
        try:
            print(f"サーバーの起動            {measure(lambda: wait_until_ready(server)):8.1f} 秒")
            times = time_questions()
            print(
                f"検索（HTTP、{len(times)} 回）       中央値 {statistics.median(times):.0f} ミリ秒、95% {times[int(len(times) * 0.95)]:.0f} ミリ秒"
            )
        finally:
            server.terminate()
            server.wait()


if __name__ == "__main__":
    seeds = ROOT.parent / "shared" / "seeds"
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else seeds if seeds.is_dir() else ROOT / "examples")
