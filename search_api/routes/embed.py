"""``/embed.js``: the search box for pages of other sites."""

from __future__ import annotations

from pathlib import Path

from fastapi import APIRouter
from starlette.responses import Response

STATIC = Path(__file__).parents[1] / "static"
# One address for who embeds it; the completions are those of the service's own pages.
SCRIPT = "\n".join((STATIC / name).read_text(encoding="utf-8") for name in ("suggest.js", "embed.js"))

router = APIRouter(tags=["ページ"])


@router.get("/embed.js", summary="他のサイトに置く検索窓", response_class=Response)
def embed() -> Response:
    """The script holds nothing secret, so every page may load it; what it may read is decided where it asks (``allow_origins``)."""
    return Response(SCRIPT, media_type="text/javascript", headers={"Access-Control-Allow-Origin": "*", "Cache-Control": "no-cache"})
