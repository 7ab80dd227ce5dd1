"""What the SPARQL endpoint can do, in the vocabulary of SPARQL 1.1 Service Description (https://www.w3.org/TR/sparql11-service-description/)."""

from __future__ import annotations

import re

from fastapi import Request

from graph.query import QueryResult
from graph.query_engines import SparqlEngine

_HOST = re.compile(r"[A-Za-z0-9.\-]+(?::[0-9]+)?|\[[0-9A-Fa-f:.]+\](?::[0-9]+)?")

# Asked of the engine itself, which then writes it in any RDF format.
_DESCRIPTION = """
PREFIX sd: <http://www.w3.org/ns/sparql-service-description#>
PREFIX formats: <http://www.w3.org/ns/formats/>
PREFIX void: <http://rdfs.org/ns/void#>
PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#>
PREFIX ent: <http://www.w3.org/ns/entailment/>
CONSTRUCT {
  ?service a sd:Service ;
    rdfs:label "計画の SPARQL エンドポイント"@ja , "SPARQL endpoint of Keikaku"@en ;
    sd:endpoint ?service ;
    sd:supportedLanguage sd:SPARQL11Query ;
    sd:feature sd:UnionDefaultGraph ;
    sd:defaultEntailmentRegime ent:Simple ;
    sd:resultFormat formats:SPARQL_Results_JSON , formats:SPARQL_Results_XML , formats:SPARQL_Results_CSV , formats:SPARQL_Results_TSV ,
      formats:Turtle , formats:N-Triples , formats:RDF_XML , formats:JSON-LD , formats:N-Quads , formats:TriG ;
    sd:defaultDataset ?dataset .
  ?dataset a sd:Dataset ; sd:defaultGraph ?union ; sd:namedGraph ?entry .
  ?union a sd:Graph ; void:triples ?triples .
  ?entry a sd:NamedGraph ; sd:name ?graph .
} WHERE {
  BIND(<ENDPOINT> AS ?service) BIND(<ENDPOINT#dataset> AS ?dataset) BIND(<ENDPOINT#union> AS ?union)
  { SELECT (COUNT(*) AS ?triples) { ?s ?p ?o } }
  OPTIONAL {
    { SELECT DISTINCT ?graph { GRAPH ?graph { ?a ?b ?c } } }
    BIND(IRI(CONCAT("ENDPOINT#graph-", MD5(STR(?graph)))) AS ?entry)
  }
}"""


def own_address(request: Request) -> str | None:
    """The endpoint as this client reaches it, which ``sd:endpoint`` has to tell; None where the Host header is no host."""
    url = request.url
    return f"{url.scheme}://{url.netloc}{url.path}" if _HOST.fullmatch(url.netloc) else None


def describe_service(queries: SparqlEngine, endpoint: str, accept: str) -> QueryResult:
    """The description of ``endpoint`` in the RDF format that ``accept`` likes best. Raises NotAcceptable."""
    return queries.run(_DESCRIPTION.replace("ENDPOINT", endpoint), accept=accept)
