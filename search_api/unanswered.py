"""Which answers tell that a question and the plans use different words."""

from __future__ import annotations

from search_api.owners import OwnersResponse
from search_api.query_log import Unanswered
from search_api.search import FOUND_BY_WORDS, SearchRequest, SearchResponse

# Below this multiple of what an answer needs at all, it is a weak one. Of 303 questions staff and residents may ask, 53 found nothing
# and 19 less than this, nearly all of them paraphrases without a word of the plans (benchmarks/questions).
WEAK = 1.25


def judge_search(response: SearchResponse) -> Unanswered | None:
    """The question, if nothing or only weak evidence was found for it.

    None where that is no matter of wording: with filters, on later pages, in another mode, or where a municipality is asked for of which
    nothing was read.
    """
    request, question = response.request, response.question
    if request.filters or request.offset or request.mode != "hybrid" or question.unknown_municipality or question.asks_for_all:
        return None
    if not response.results:
        return Unanswered(request.query, "zero")
    return Unanswered(request.query, "low", response.results[0]["title"]) if _is_weak(response) else None


def judge_owners(request: SearchRequest, response: OwnersResponse) -> Unanswered | None:
    """The question, if no department was found for it."""
    return None if response.departments or request.filters else Unanswered(request.query, "zero")


def _is_weak(response: SearchResponse) -> bool:
    scores, ranking = response.asked.scores, list(response.ranking)
    semantic = response.results[0]["explain"]["semantic_rank"] is not None
    evidence, needed = (scores.evidence, response.asked.found) if semantic else (scores.coverage, FOUND_BY_WORDS)
    return float(evidence[ranking].max()) < WEAK * needed
