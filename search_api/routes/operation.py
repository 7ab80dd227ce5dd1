"""For those who run the service: is it alive, is it ready."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse

from graph.remote_query import RemoteQueryEngine
from search_api.current import Published
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
    state |= {"sparql": _describe_engine(current)}
    log = request.app.state.query_log
    engine_failure = state["sparql"].get("warning")
    failures = [failure for failure in (request.app.state.current.failure, log.failure if log else None, engine_failure) if failure]
    return JSONResponse(state | ({"warning": "。".join(failures)} if failures else {}), headers={"Cache-Control": "no-store"})


def _describe_engine(current: Published) -> dict[str, Any]:
    """Which engine answers SPARQL and whether its data are those of this snapshot."""
    if not isinstance(current.queries, RemoteQueryEngine):
        return {"engine": "embedded", "build_id": current.snapshot.build_id, "current": True}
    state = current.queries.state()
    engine = {"engine": state.endpoint, "build_id": state.build_id, "current": state.build_id == current.snapshot.build_id}
    if state.failure:
        return engine | {"warning": f"SPARQL のストアが答えません: {state.failure}"}
    if not engine["current"]:
        return engine | {"warning": "SPARQL のストアのデータが、公開中のものと違います。keikaku push を実行してください"}
    return engine
