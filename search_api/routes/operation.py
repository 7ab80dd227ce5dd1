"""For those who run the service: is it alive, is it ready, what does it do."""

from __future__ import annotations

from importlib.metadata import version
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, Response

from graph.remote_query import RemoteQueryEngine
from search_api.current import Published
from search_api.metrics import MEDIA_TYPE, Metric, write_metrics
from search_api.routes.dependencies import Current

# What ends a query before its result, or cuts the result, as ``QueryEngine.counts`` has it.
_ENDINGS = ("timed_out", "out_of_memory", "cancelled", "too_large", "truncated")

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
    state |= {"counts": _count_sparql(request, current)}
    return JSONResponse(state | ({"warning": "。".join(failures)} if failures else {}), headers={"Cache-Control": "no-store"})


@router.get("/metrics", summary="数えたもの（Prometheus の形式）")
def metrics(request: Request, current: Current) -> Response:
    """Requests by kind and status, times, queries that were ended and why, processes, size of the snapshot. Nothing about who asked what."""
    found = [*request.app.state.request_counts.metrics(), *_sparql_metrics(request, current), *_snapshot_metrics(current)]
    return Response(write_metrics(found), media_type=MEDIA_TYPE, headers={"Cache-Control": "no-store"})


def _count_sparql(request: Request, current: Published) -> dict[str, Any]:
    """Since the start, or since the snapshot changed; the engine of another store is not counted."""
    refused = dict(request.app.state.client_limits.refused)
    if isinstance(current.queries, RemoteQueryEngine):
        return {"refused_clients": refused}
    names = ("queries", "stopped", *_ENDINGS)
    return {name: current.queries.counts[name] for name in names} | {
        "workers": dict(current.queries.count_workers()),
        "refused_clients": refused,
    }


def _sparql_metrics(request: Request, current: Published) -> list[Metric]:
    refused = {(("reason", reason),): count for reason, count in request.app.state.client_limits.refused.items()}
    found = [Metric.of("keikaku_client_refusals_total", "counter", "Requests refused by the limits per client.", refused)]
    if isinstance(current.queries, RemoteQueryEngine):
        return found
    counts, workers = current.queries.counts, current.queries.count_workers()
    ended = {(("reason", reason),): counts[reason] for reason in _ENDINGS}
    alive = {(("store", store),): workers[store] for store in ("memory", "disk")}
    return [
        *found,
        Metric.of("keikaku_sparql_queries_total", "counter", "Queries given to the engine.", {(): counts["queries"]}),
        Metric.of("keikaku_sparql_queries_ended_total", "counter", "Queries ended or cut by a limit.", ended),
        Metric.of(
            "keikaku_sparql_workers_stopped_total", "counter", "Query processes that were stopped and replaced.", {(): counts["stopped"]}
        ),
        Metric.of("keikaku_sparql_workers", "gauge", "Query processes that live, by where they have the graph.", alive),
    ]


def _snapshot_metrics(current: Published) -> list[Metric]:
    manifest = current.snapshot.manifest
    sizes = {(("kind", kind),): count for kind, count in manifest["counts"].items()}
    return [
        Metric.of("keikaku_snapshot_things", "gauge", "Things in the snapshot by kind; quads are its statements.", sizes),
        Metric.of("keikaku_snapshot_info", "gauge", "The snapshot that answers.", {(("build_id", current.snapshot.build_id),): 1}),
        Metric.of("keikaku_info", "gauge", "The program.", {(("version", version("keikaku")),): 1}),
    ]


def _describe_engine(current: Published) -> dict[str, Any]:
    """Which engine answers SPARQL and whether its data are those of this snapshot."""
    if not isinstance(current.queries, RemoteQueryEngine):
        return {"engine": "embedded", "build_id": current.snapshot.build_id, "current": True, "closed": current.queries.closed}
    state = current.queries.state()
    engine = {"engine": state.endpoint, "build_id": state.build_id, "current": state.build_id == current.snapshot.build_id}
    if state.failure:
        return engine | {"warning": f"SPARQL のストアが答えません: {state.failure}"}
    if not engine["current"]:
        return engine | {"warning": "SPARQL のストアのデータが、公開中のものと違います。keikaku push を実行してください"}
    return engine
