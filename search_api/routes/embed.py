"""``/embed.js``: the search box for pages of other sites."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import FileResponse

SCRIPT = Path(__file__).parents[1] / "static" / "embed.js"

router = APIRouter(tags=["ページ"])


@router.get("/embed.js", summary="他のサイトに置く検索窓", response_class=FileResponse)
def embed() -> FileResponse:
    """The script holds nothing secret, so every page may load it; what it may read is decided where it asks (``allow_origins``)."""
    return FileResponse(SCRIPT, media_type="text/javascript", headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"})
