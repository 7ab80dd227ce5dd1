"""txtai as its documentation sets it up, run by search_rivals.py in the environment that has it.

Standard input: JSON with ``texts``, ``questions`` and ``model``. Standard output: JSON with ``rankings`` (numbers of texts, a list for each of
``questions``) and ``milliseconds``, for plain vectors and for hybrid search.
"""

from __future__ import annotations

import json
import sys
import time

DEPTH = 30


def main() -> None:
    from txtai import Embeddings

    task = json.load(sys.stdin)
    answer = {}
    for name, options in (("txtai", {}), ("txtai hybrid", {"hybrid": True})):
        prompts = {"query": "query: ", "data": "passage: "}
        embeddings = Embeddings(path=task["model"], method="sentence-transformers", instructions=prompts, gpu=False, **options)
        embeddings.index([(number, text, None) for number, text in enumerate(task["texts"])])
        rankings, times = [], []
        for question in task["questions"]:
            started = time.perf_counter()
            rankings.append([int(number) for number, _ in embeddings.search(question, DEPTH)])
            times.append(1000 * (time.perf_counter() - started))
        answer[name] = {"rankings": rankings, "milliseconds": times}
    json.dump(answer, sys.stdout)


if __name__ == "__main__":
    main()
