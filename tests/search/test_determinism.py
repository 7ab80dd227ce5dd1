"""The same question has the same answer in every process."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

from search_api.search import SearchEngine

QUESTIONS = ["キャッシュレス", "窓口の研修を担当している課", "現金を使わない支払い", "令和８年度の目標", "cashless payment", "税"]
PROGRAM = """
import json, sys
from pathlib import Path
from search_api.encoder_universal import UniversalSentenceEncoder
from search_api.index import SearchIndex
from search_api.search import SearchEngine, SearchRequest

engine = SearchEngine(SearchIndex.open(Path(sys.argv[1]), (UniversalSentenceEncoder(),), None))
answers = []
for question in json.loads(sys.argv[2]):
    for mode in ("hybrid", "keyword", "semantic"):
        answer = engine.search(SearchRequest(question, mode=mode)).to_json()
        answers.append({name: answer[name] for name in ("total", "results", "facets", "understood")})
    answers.append(engine.owners(question).to_json()["departments"])
print(json.dumps(answers, ensure_ascii=False))
"""


def test_processes_with_other_hash_seeds_agree(engine: SearchEngine, tmp_path: Path) -> None:
    engine.index.save(tmp_path)
    printed = []
    for seed in ("0", "1", "4711"):
        command = [sys.executable, "-c", PROGRAM, str(tmp_path), json.dumps(QUESTIONS)]
        environment = {**os.environ, "PYTHONHASHSEED": seed}
        printed.append(subprocess.run(command, capture_output=True, text=True, check=True, timeout=300, env=environment).stdout)
    assert printed[0] == printed[1] == printed[2]
    assert json.loads(printed[0])[0]["total"] > 0
