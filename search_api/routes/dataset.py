"""The dataset as a whole: its description (``/.well-known/void``, ``/dataset``), its versions and its dumps."""

from __future__ import annotations

import base64
import re
from collections import defaultdict
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import JSONResponse, RedirectResponse, Response, StreamingResponse

from graph.dataset import GRAPH_TITLES, Description, downloads, graph_name
from graph.dumps import CompressedDump, municipality_codes
from graph.indicator_series import ROLE_NAMES
from graph.negotiation import GRAPH_FORMATS, choose
from graph.versions import Version
from search_api.addresses import page_path
from search_api.clock import JAPAN
from search_api.current import Published
from search_api.pages import render_page
from search_api.problem import not_found
from search_api.routes.dependencies import Current

router = APIRouter(tags=["リンクトデータ"])


@router.get("/.well-known/void", summary="データセットの記述（VoID・DCAT）")
def describe(request: Request, current: Current) -> Response:
    """The description in RDF; browsers are led to the page."""
    wanted = choose(request.headers.get("accept", ""), (*GRAPH_FORMATS, "text/html")) or "text/turtle"
    if wanted == "text/html":
        return RedirectResponse(f"{request.scope.get('root_path', '')}/dataset", 303)
    license_iri = request.app.state.settings.data_license or None
    description = Description(current.snapshot, current.counts, current.versions, _municipalities(current), license_iri)
    return Response(description.serialize(GRAPH_FORMATS[wanted]), media_type=wanted)


@router.get("/dataset", summary="データセットのページ")
def show_dataset(request: Request, current: Current) -> Response:
    base_iri = current.snapshot.base_iri
    documents = {document["iri"]: document for document in current.snapshot.manifest["documents"]}
    graphs = [
        {
            "iri": iri,
            "name": graph_name(iri),
            "title": documents[iri]["title"] if iri in documents else GRAPH_TITLES.get(graph_name(iri), iri),
            "path": page_path(iri, base_iri) or f"/data/graph/{graph_name(iri)}.ttl",
            "file": documents[iri]["file_name"] if iri in documents else None,
            "counts": counts,
        }
        for iri, counts in current.counts.graphs.items()
    ]
    dumps, tables = [], defaultdict(list)
    for file in downloads(_municipalities(current)):
        name, _, label = file.japanese.rstrip("）").partition("（")
        if file.compressed:
            dumps.append(file)
        else:
            tables[name].append((label, file.path))
    return render_page(
        request,
        "dataset.html",
        build_id=current.snapshot.build_id,
        license=request.app.state.settings.data_license,
        whole=current.counts.whole,
        graphs=sorted(graphs, key=lambda graph: (graph["file"] is None, graph["title"])),
        dumps=dumps,
        tables=tables,
        versions=_versions(current),
        japanese_time=lambda published: f"{datetime.fromisoformat(published).astimezone(JAPAN):%Y-%m-%d %H:%M}",
        roles=ROLE_NAMES,
        page_of=lambda iri: page_path(iri, base_iri),
    )


@router.get("/api/versions", summary="公開した版と、前の版からの変更")
def list_versions(current: Current) -> JSONResponse:
    """The versions that are kept, newest first; ``changes`` tells what is otherwise than in the one before, where that is kept."""
    return JSONResponse({"versions": _versions(current)})


@router.get("/dump.nq.gz", summary="すべての文（N-Quads、gzip）")
def dump(request: Request, current: Current) -> Response:
    return _send(request, current.dumps.whole(), f"keikaku-{current.snapshot.build_id}")


@router.get("/dump/{code}.nq.gz", summary="一つの自治体の文（N-Quads、gzip）")
def dump_municipality(request: Request, current: Current, code: str) -> Response:
    if code not in municipality_codes(current.snapshot):
        raise not_found(request.url.path)
    return _send(request, current.dumps.municipality(code), f"keikaku-{code}-{current.snapshot.build_id}")


@router.get("/dump/versions/{build_id}.nq.gz", summary="保存している版のすべての文（N-Quads、gzip）")
def dump_version(request: Request, current: Current, build_id: str) -> Response:
    version = next((version for version in current.versions if version.build_id == build_id), None)
    try:
        if version is None:
            raise FileNotFoundError(build_id)
        return _send(request, current.dumps.version(version.path), f"keikaku-{build_id}")
    except FileNotFoundError:  # never there, or removed since it was listed
        raise not_found(request.url.path) from None


def _municipalities(current: Published) -> dict[str, str]:
    """The names of the municipalities that have documents, by code."""
    names = {plan["municipality"]["code"]: plan["municipality"]["name"] for plan in current.catalogue.choose("plans", {})}
    return {code: names.get(code, code) for code in municipality_codes(current.snapshot)}


def _versions(current: Published) -> list[dict[str, Any]]:
    return [
        {
            "build_id": version.build_id,
            "published": version.published.isoformat(),
            "documents": len(version.manifest["documents"]),
            "counts": version.manifest["counts"],
            "dump": f"/dump/versions/{version.build_id}.nq.gz",
            "changes": _changes(current, version),
        }
        for version in current.versions
    ]


def _changes(current: Published, version: Version) -> dict[str, Any] | None:
    return next((change for change in current.changes if change["to"] == version.build_id), None)


def _send(request: Request, dump: CompressedDump, name: str) -> Response:
    """The file with its hash as strong ETag (RFC 9110) and as Repr-Digest (RFC 9530); 304 to who has it already."""
    digest = base64.b64encode(bytes.fromhex(dump.sha256)).decode()
    headers = {"ETag": f'"{dump.sha256}"', "Repr-Digest": f"sha-256=:{digest}:", "Cache-Control": "no-cache"}
    known = re.findall(r'"([^"]*)"', request.headers.get("if-none-match", ""))
    if dump.sha256 in known:
        return Response(status_code=304, headers=headers)
    headers |= {"Content-Length": str(dump.size), "Content-Disposition": f'attachment; filename="{name}.nq.gz"'}
    return StreamingResponse(dump.parts(), media_type="application/gzip", headers=headers)
