"""txtai as its documentation sets it up, run by search_rivals.py in the environment that has it, which asks it one question at a time.

First line of standard input: JSON with ``texts`` and ``models`` (name → the folder of a sentence-transformers model and a .npy file with its
vectors of the texts, which are not computed twice). When all is indexed, one line with the names of the searches goes to standard output. Then each line of input is JSON with a ``search`` and a ``question``, and is answered by JSON with ``rows`` (numbers of
texts, best first) and ``milliseconds``, measured here so that the pipe costs nothing.
"""

from __future__ import annotations

import json
import sys
import time
from copy import copy

DEPTH = 30


def main() -> None:
    import numpy as np
    from sentence_transformers import SentenceTransformer
    from txtai import Embeddings

    task = json.loads(sys.stdin.readline())
    searches = {}
    for model, (folder, vectors) in task["models"].items():
        known = dict(zip(task["texts"], np.load(vectors), strict=True))
        transformer = SentenceTransformer(folder, device="cpu", local_files_only=True)

        def embed(texts, known=known, transformer=transformer):
            rows = [
                known[text] if text in known else transformer.encode_query(text, normalize_embeddings=True, show_progress_bar=False)
                for text in texts
            ]
            return np.array(rows, dtype=np.float32)

        hybrid = Embeddings(method="external", transform=embed, gpu=False, hybrid=True)
        hybrid.index([(number, text, None) for number, text in enumerate(task["texts"])])
        plain = copy(hybrid)  # the same without the words: what an index without hybrid=True is
        plain.scoring = None
        searches |= {f"txtai, {model}": plain, f"txtai hybrid, {model}": hybrid}
    print(json.dumps(list(searches)), flush=True)
    for line in sys.stdin:
        asked = json.loads(line)
        started = time.perf_counter()
        rows = [int(number) for number, _ in searches[asked["search"]].search(asked["question"], DEPTH)]
        print(json.dumps({"rows": rows, "milliseconds": 1000 * (time.perf_counter() - started)}), flush=True)


if __name__ == "__main__":
    main()
