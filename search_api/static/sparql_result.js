// A SPARQL result as values: the answer of the server read into rows or triples, with what each term is called and where its page is.

/** `{kind: "rows", columns, rows}`, `{kind: "answer", value}` or `{kind: "graph", triples}`. */
export function readResult(mediaType, body) {
  if (mediaType.startsWith("application/n-triples")) return { kind: "graph", triples: readTriples(body) };
  const answer = JSON.parse(body);
  if ("boolean" in answer) return { kind: "answer", value: answer.boolean };
  const columns = answer.head.vars;
  return { kind: "rows", columns, rows: answer.results.bindings.map((row) => columns.map((name) => row[name] ?? null)) };
}

const TERM = /<([^>]*)>|_:(\S+)|"((?:[^"\\]|\\.)*)"(?:@([\w-]+)|\^\^<([^>]*)>)?/g;

function readTriples(text) {
  const triples = [];
  for (const line of text.split("\n")) {
    const terms = [...line.matchAll(TERM)].map((match) => {
      if (match[1] !== undefined) return { type: "uri", value: unescape(match[1]) };
      if (match[2] !== undefined) return { type: "bnode", value: match[2] };
      return { type: "literal", value: unescape(match[3]), ...(match[4] ? { "xml:lang": match[4] } : {}), ...(match[5] ? { datatype: match[5] } : {}) };
    });
    if (terms.length === 3) triples.push(terms);
  }
  return triples;
}

const ESCAPES = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" };

function unescape(text) {
  return text.replace(/\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))/g, (_, four, eight, one) =>
    (four || eight ? String.fromCodePoint(parseInt(four || eight, 16)) : ESCAPES[one] ?? one));
}

/** How terms are shown: `prefixes` shorten, `base` is where our IRIs begin, `root` where the service is. */
export class Names {
  constructor(prefixes, base, root) {
    Object.assign(this, { prefixes, base, root });
  }

  text(term) {
    if (!term) return "";
    if (term.type === "uri") return this.shorten(term.value);
    if (term.type === "bnode") return `_:${term.value}`;
    if (term.type === "triple") return `<< ${["subject", "predicate", "object"].map((part) => this.text(term.value[part])).join(" ")} >>`;
    return term.value;
  }

  shorten(iri) {
    for (const [prefix, namespace] of Object.entries(this.prefixes)) {
      if (iri.startsWith(namespace) && iri.length > namespace.length) return `${prefix}:${iri.slice(namespace.length)}`;
    }
    const below = iri.startsWith(this.base) ? iri.slice(this.base.length) : iri;
    try {
      return decodeURIComponent(below);
    } catch (error) {
      if (error instanceof URIError) return below;
      throw error;
    }
  }

  /** The page of an IRI of ours; null for everything else. */
  page(term) {
    const below = `${this.base}id/`;
    return term?.type === "uri" && term.value.startsWith(below) ? `${this.root}/page/${term.value.slice(below.length)}` : null;
  }
}

export function numberOf(term) {
  if (term?.type !== "literal" || !/#(integer|decimal|double|float|int|long)$/.test(term.datatype || "")) return null;
  const value = Number(term.value);
  return Number.isFinite(value) ? value : null;
}

/** An element with attributes and children; texts are texts, never HTML. */
export function element(name, attributes = {}, ...children) {
  const made = name in SVG_NAMES ? document.createElementNS("http://www.w3.org/2000/svg", name) : document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) if (value !== null && value !== undefined && value !== false) made.setAttribute(key, value === true ? "" : value);
  made.append(...children);
  return made;
}

const SVG_NAMES = Object.fromEntries(["svg", "g", "line", "polyline", "circle", "rect", "text"].map((name) => [name, true]));
