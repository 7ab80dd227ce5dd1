"""``/api/plans`` and ``/api/documents``: what there is."""

from __future__ import annotations

from typing import Any

from fastapi import APIRouter
from starlette.responses import JSONResponse

from graph.snapshot import Snapshot
from search_api.routes.dependencies import Current

_PLANS = """
PREFIX plan: <https://w3id.org/keikaku/ns#>
PREFIX skos: <http://www.w3.org/2004/02/skos/core#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?plan (MIN(?titles) AS ?title) ?code ?name (MIN(?from) AS ?from_year) (MAX(?to) AS ?to_year)
       (COUNT(DISTINCT ?measure) AS ?measures) (COUNT(DISTINCT ?document) AS ?documents) WHERE {
  ?plan a plan:Plan ; dcterms:title ?titles ; plan:municipality ?municipality .
  ?municipality plan:municipalityCode ?code ; skos:prefLabel ?name .
  OPTIONAL { ?plan plan:fromFiscalYear ?from } OPTIONAL { ?plan plan:toFiscalYear ?to }
  OPTIONAL { ?measure a plan:Measure ; plan:inPlan ?plan }
  OPTIONAL { ?document a plan:SourceDocument ; plan:about ?plan }
} GROUP BY ?plan ?code ?name ORDER BY ?code ?title ?plan"""

router = APIRouter(prefix="/api", tags=["一覧"])


@router.get("/plans", summary="計画の一覧")
def plans(current: Current) -> JSONResponse:
    return JSONResponse({"plans": list_plans(current.snapshot)})


@router.get("/documents", summary="文書の一覧")
def documents(current: Current) -> JSONResponse:
    return JSONResponse({"documents": list_documents(current.snapshot)})


def list_plans(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every plan with its municipality, period (None where not printed) and how many measures and documents it has."""
    rows = ({name: term.value for name, term in row.items()} for row in snapshot.store.query(_PLANS))
    return [
        {
            "iri": row["plan"],
            "title": row["title"],
            "municipality": {"code": row["code"], "name": row["name"]},
            "from_fiscal_year": int(row["from_year"]) if "from_year" in row else None,
            "to_fiscal_year": int(row["to_year"]) if "to_year" in row else None,
            "measures": int(row["measures"]),
            "documents": int(row["documents"]),
        }
        for row in rows
    ]


def list_documents(snapshot: Snapshot) -> list[dict[str, Any]]:
    """Every document as the manifest names it."""
    names = ("id", "iri", "title", "file_name", "sha256", "municipality", "plan")
    return [{name: document[name] for name in names} for document in snapshot.manifest["documents"]]
