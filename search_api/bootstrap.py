"""How far a mean over few questions may lie from that over all such questions: the percentile bootstrap.

Questions are drawn again from those measured, as many as there are, ``RESAMPLES`` times; between the 2.5th and the 97.5th percentile of
the means lies the mean with 95 % confidence (Efron 1979; for retrieval Sakai 2006). The draw has a fixed seed, so that the same figures
have the same interval.
"""

from __future__ import annotations

import numpy as np

RESAMPLES = 2000
SEED = 4
_PERCENTILES = (2.5, 97.5)
# Drawn at once, so that ten thousand questions do not need gigabytes.
_BLOCK = 200


def bootstrap_intervals(values: np.ndarray) -> list[tuple[float, float]]:
    """The 95 % interval of the mean of each column of ``values`` (questions, columns). Less than two questions have none: an empty list.

    The columns of one call are drawn together, so that the difference of two columns is a paired one.
    """
    count = len(values)
    if count < 2:
        return []
    generator = np.random.default_rng(SEED)
    blocks = [generator.multinomial(count, np.full(count, 1 / count), size=_BLOCK) @ values for _ in range(RESAMPLES // _BLOCK)]
    low, high = np.percentile(np.concatenate(blocks) / count, _PERCENTILES, axis=0)
    return list(zip(low.tolist(), high.tolist(), strict=True))
