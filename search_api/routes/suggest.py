"""``/api/suggest``: completions while typing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import JSONResponse

from search_api.routes.dependencies import PROBLEMS, Current
from search_api.routes.search import MAX_QUERY_CHARACTERS, or_default
from search_api.suggest import MAX_LIMIT

router = APIRouter(prefix="/api", tags=["検索"], responses=PROBLEMS)


@router.get("/suggest", summary="入力の候補")
def suggest(
    current: Current,
    q: Annotated[str, Query(max_length=MAX_QUERY_CHARACTERS, description="打ちかけの言葉。かな、ローマ字でもよい")] = "",
    limit: Annotated[int, or_default(10), Query(ge=1, le=MAX_LIMIT, description="返す件数")] = 10,
    municipality: Annotated[str, Query(max_length=200, description="自治体の名前またはコード")] = "",
) -> JSONResponse:
    """Texts of the plans that begin with or contain ``q``, the most useful first; none while nothing has been typed."""
    return JSONResponse(current.suggester.suggest(q, limit, municipality).to_json())
