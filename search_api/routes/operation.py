"""For those who run the service: is it alive, is it ready."""

from __future__ import annotations

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from search_api.routes.dependencies import Current

router = APIRouter(tags=["運用"])


@router.get("/healthz", summary="動いているか")
def healthz() -> JSONResponse:
    return JSONResponse({"status": "ok"}, headers={"Cache-Control": "no-store"})


@router.get("/readyz", summary="答えられるか")
def readyz(request: Request, current: Current) -> JSONResponse:
    """The snapshot in use and the sentence models of its index (none: it is searched by words alone); ``warning`` tells of a newer one that could not be opened, or of a query log that cannot be written."""
    manifest = current.snapshot.manifest
    models = [{"name": model["name"], "fingerprint": model["fingerprint"]} for model in manifest["index"]["encoders"]]
    state = {"status": "ready", "build_id": current.snapshot.build_id, "documents": len(manifest["documents"]), "models": models}
    log = request.app.state.query_log
    failures = [failure for failure in (request.app.state.current.failure, log.failure if log else None) if failure]
    return JSONResponse(state | ({"warning": "。".join(failures)} if failures else {}), headers={"Cache-Control": "no-store"})
