// Table, tree, chart and network of a result. Each view takes a result and the names, and gives an element.
import { element, numberOf } from "./sparql_result.js";

const PAGE_ROWS = 100;
const MAX_SERIES = 8;
const MAX_BARS = 40;
const MAX_EDGES = 400;
const PARENTS = /(terms\/isPartOf|core#broader|org#unitOf|schema#subClassOf|org#subOrganizationOf)$/;
const LABELS = /(core#prefLabel|terms\/title|schema#label)$/;

/** The views that fit, as [name, word, make], the best first. */
export function viewsOf(result) {
  if (result.kind === "graph") {
    const hierarchy = result.triples.some(([, predicate]) => PARENTS.test(predicate.value));
    const views = [["network", "図", networkOfGraph], ["table", "表", (graph, names) => table(asRows(graph), names)]];
    return hierarchy ? [["tree", "木", treeOfGraph], ...views] : views;
  }
  const views = [["table", "表", table]];
  if (chartColumns(result)) views.push(["chart", "グラフ", chart]);
  if (result.columns.length > 1) views.push(["tree", "木", treeOfRows], ["network", "図", networkOfRows]);
  return views;
}

function asRows({ triples }) {
  return { kind: "rows", columns: ["主語", "述語", "目的語"], rows: triples };
}

function shown(term, names) {
  const page = names.page(term);
  const text = names.text(term);
  const title = term?.type === "uri" ? term.value : term?.["xml:lang"] || (term?.datatype ? names.shorten(term.datatype) : null);
  return page ? element("a", { href: page, title }, text) : element("span", { title }, text);
}

export function table(result, names) {
  let [rows, page, sorted, descending] = [result.rows, 0, -1, false];
  const body = element("tbody");
  const heads = result.columns.map((column, index) => {
    const button = element("button", { type: "button", class: "sort" }, column);
    button.addEventListener("click", () => sort(index));
    return element("th", { scope: "col" }, button);
  });
  const [before, after, where] = [element("button", { type: "button" }, "前へ"), element("button", { type: "button" }, "次へ"), element("span", { role: "status" })];
  const pager = element("div", { class: "pager" }, before, where, after);
  const scroll = element("div", { class: "scroll", tabindex: "0", role: "region", "aria-label": "結果の表" },
    element("table", {}, element("thead", {}, element("tr", {}, ...heads)), body));
  before.addEventListener("click", () => show(page - 1));
  after.addEventListener("click", () => show(page + 1));

  function show(wanted) {
    page = wanted;
    const first = page * PAGE_ROWS;
    body.replaceChildren(...rows.slice(first, first + PAGE_ROWS).map((row) =>
      element("tr", {}, ...row.map((term) => element("td", { class: numberOf(term) === null ? null : "number" }, ...(term ? [shown(term, names)] : []))))));
    pager.hidden = rows.length <= PAGE_ROWS;
    before.disabled = page === 0;
    after.disabled = first + PAGE_ROWS >= rows.length;
    where.textContent = `${first + 1}〜${Math.min(first + PAGE_ROWS, rows.length)} 行（全 ${rows.length} 行）`;
    scroll.scrollTop = 0;
  }

  function sort(index) {
    descending = sorted === index && !descending;
    sorted = index;
    heads.forEach((head, at) => (at === index ? head.setAttribute("aria-sort", descending ? "descending" : "ascending") : head.removeAttribute("aria-sort")));
    rows = [...result.rows].sort((a, b) => compare(a[index], b[index], names) * (descending ? -1 : 1));
    show(0);
  }

  show(0);
  return element("div", {}, scroll, pager);
}

const COLLATOR = new Intl.Collator("ja", { numeric: true });

function compare(a, b, names) {
  if (!a || !b) return (a ? 0 : 1) - (b ? 0 : 1);
  const [first, second] = [numberOf(a), numberOf(b)];
  return first !== null && second !== null ? first - second : COLLATOR.compare(names.text(a), names.text(b));
}

// Tree ---------------------------------------------------------------------------------------------------------------------------------------

function treeOfRows(result, names) {
  const top = new Map();
  for (const row of result.rows) {
    let level = top;
    for (const term of row) {
      if (!term) continue;
      const key = `${term.type} ${term.value}`;
      if (!level.has(key)) level.set(key, { term, below: new Map() });
      level = level.get(key).below;
    }
  }
  return element("div", { class: "tree" }, branches([...top.values()], (node) => shown(node.term, names), (node) => [...node.below.values()]));
}

function treeOfGraph({ triples }, names) {
  const labels = labelsOf(triples, names);
  const below = new Map();
  const children = new Set();
  for (const [subject, predicate, object] of triples) {
    if (!PARENTS.test(predicate.value)) continue;
    if (!below.has(object.value)) below.set(object.value, new Map([["", object]]));
    below.get(object.value).set(subject.value, subject);
    children.add(subject.value);
  }
  const roots = [...below.entries()].filter(([iri]) => !children.has(iri)).map(([, nodes]) => nodes.get(""));
  const path = new Set(); // a circle in the data must not become an endless tree
  const down = (node) => (path.has(node.value) ? [] : [...(below.get(node.value)?.entries() ?? [])].filter(([key]) => key).map(([, child]) => child));
  const byLabel = (a, b) => COLLATOR.compare(labels(a), labels(b));
  const make = (node) => {
    const page = names.page(node);
    return page ? element("a", { href: page }, labels(node)) : element("span", {}, labels(node));
  };
  return element("div", { class: "tree" }, branches(roots.sort(byLabel), make, (node) => down(node).sort(byLabel), path));
}

function branches(nodes, make, below, path = new Set(), depth = 0) {
  return element("ul", {}, ...nodes.map((node) => {
    const children = below(node);
    if (!children.length) return element("li", {}, make(node));
    const details = element("details", { open: depth < 1 }, element("summary", {}, make(node), ` （${children.length}）`));
    const grow = () => {
      if (node.value) path.add(node.value);
      if (details.querySelector("ul") === null) details.append(branches(children, make, below, path, depth + 1));
      if (node.value) path.delete(node.value);
    };
    if (depth < 1) grow();
    else details.addEventListener("toggle", grow, { once: true }); // a deep tree is built as far as it is looked at
    return element("li", {}, details);
  }));
}

function labelsOf(triples, names) {
  const found = new Map();
  for (const [subject, predicate, object] of triples) if (LABELS.test(predicate.value)) found.set(subject.value, object.value);
  return (term) => found.get(term.value) ?? names.text(term);
}

// Chart --------------------------------------------------------------------------------------------------------------------------------------

const isYear = (term) => { const value = numberOf(term); return Number.isInteger(value) && value >= 1950 && value <= 2100; };

/** Indexes of the columns that a chart would use first: {x, y, series}; null where there is no number to draw. */
export function chartColumns({ columns, rows }) {
  const filled = columns.map((_, index) => rows.map((row) => row[index]).filter(Boolean));
  const years = columns.map((_, index) => filled[index].length > 0 && filled[index].every(isYear));
  const numbers = columns.map((_, index) => filled[index].length > 0 && filled[index].every((term) => numberOf(term) !== null));
  const texts = columns.map((_, index) => index).filter((index) => filled[index].length && !numbers[index]);
  const y = columns.findIndex((_, index) => numbers[index] && !years[index]);
  const x = years.includes(true) ? years.indexOf(true) : texts[texts.length - 1] ?? -1;
  if (y < 0 || x < 0) return null;
  const repeats = new Set(filled[x].map((term) => term.value)).size < filled[x].length;
  return { x, y, series: years[x] && repeats ? texts[0] ?? -1 : -1, kind: years[x] && new Set(filled[x].map((term) => term.value)).size > 1 ? "line" : "bar" };
}

function chart(result, names) {
  const chosen = chartColumns(result);
  const figure = element("figure");
  const options = result.columns.map((column, index) => [index, column]);
  const numeric = options.filter(([index]) => result.rows.some((row) => numberOf(row[index]) !== null));
  const draw = () => figure.replaceChildren(...drawChart(result, chosen, names));
  const choose = (label, key, choices) => {
    const select = element("select", {}, ...choices.map(([value, text]) => element("option", { value, selected: String(chosen[key]) === String(value) }, text)));
    select.addEventListener("change", () => { chosen[key] = key === "kind" ? select.value : Number(select.value); draw(); });
    return element("label", {}, label, select);
  };
  draw();
  return element("div", { class: "chart-view" }, element("div", { class: "chart-choice" }, choose("種類", "kind", [["line", "折れ線"], ["bar", "棒"]]),
    choose("横", "x", options), choose("値", "y", numeric), choose("線の分け方", "series", [[-1, "分けない"], ...options])), figure);
}

function drawChart({ columns, rows }, { x, y, series, kind }, names) {
  const groups = new Map();
  for (const row of rows) {
    const value = numberOf(row[y]);
    if (value === null || !row[x]) continue;
    const name = series < 0 ? columns[y] : names.text(row[series]);
    if (!groups.has(name)) groups.set(name, new Map());
    groups.get(name).set(names.text(row[x]), value);
  }
  const drawn = [...groups.entries()].sort((a, b) => b[1].size - a[1].size).slice(0, MAX_SERIES);
  let ticks = [...new Set(drawn.flatMap(([, points]) => [...points.keys()]))];
  if (kind === "line" || ticks.every((tick) => /^\d{4}$/.test(tick))) ticks.sort(COLLATOR.compare);
  const left = ticks.length - MAX_BARS;
  if (kind === "bar") ticks = ticks.slice(0, MAX_BARS);
  const notes = [];
  if (groups.size > MAX_SERIES) notes.push(`${groups.size} 本のうち、値の多い ${MAX_SERIES} 本を描きました。`);
  if (kind === "bar" && left > 0) notes.push(`${ticks.length + left} 本のうち、はじめの ${MAX_BARS} 本を描きました。`);
  if (!drawn.length) return [element("p", {}, "描ける値がありません。")];
  const svg = kind === "bar" ? drawBars(drawn, ticks) : drawLines(drawn, ticks);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", `${columns[x]}ごとの${columns[y]}。値は表で読めます。`);
  const legend = drawn.length < 2 ? [] : [element("ul", { class: "chart-legend" }, ...drawn.map(([name], index) =>
    element("li", {}, element("svg", { width: 28, height: 12, "aria-hidden": "true" }, kind === "bar" ? element("rect", { class: `bar s${index}`, width: 16, height: 12 }) : element("line", { class: `line s${index}`, x1: 0, x2: 28, y1: 6, y2: 6 })), name)))];
  return [svg, ...legend, ...(notes.length ? [element("figcaption", {}, notes.join(""))] : [])];
}

const format = new Intl.NumberFormat("ja", { maximumFractionDigits: 2 }).format;

/** Round steps from below the lowest to above the highest value; bars begin at zero, lines where they are. */
function scale(values, fromZero) {
  const low = Math.min(...values, ...(fromZero ? [0] : []));
  const high = Math.max(...values, ...(fromZero ? [0] : []));
  const rough = (high - low || Math.abs(high) || 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = [1, 2, 5, 10].find((factor) => factor * power >= rough) * power;
  const first = Math.floor(low / step) * step;
  const count = Math.max(1, Math.ceil((high - first) / step - 1e-9));
  return { first, last: first + count * step, steps: Array.from({ length: count + 1 }, (_, index) => Number((first + index * step).toPrecision(12))) };
}

function drawLines(drawn, ticks) {
  const [width, height, left, bottom] = [720, 340, 70, 40];
  const axis = scale(drawn.flatMap(([, points]) => [...points.values()]), false);
  const at = (tick) => left + 20 + (ticks.indexOf(tick) * (width - left - 50)) / Math.max(1, ticks.length - 1);
  const up = (value) => 20 + (1 - (value - axis.first) / (axis.last - axis.first)) * (height - bottom - 20);
  const every = Math.ceil(ticks.length / 12);
  const svg = element("svg", { viewBox: `0 0 ${width} ${height}`, class: "plot" });
  for (const step of axis.steps) svg.append(element("line", { class: "grid", x1: left, x2: width - 10, y1: up(step), y2: up(step) }), element("text", { x: left - 8, y: up(step) + 4, "text-anchor": "end" }, format(step)));
  for (const [index, tick] of ticks.entries()) if (index % every === 0) svg.append(element("text", { x: at(tick), y: height - bottom + 22, "text-anchor": "middle" }, tick.slice(0, 12)));
  for (const [index, [, points]] of drawn.entries()) {
    const known = ticks.filter((tick) => points.has(tick));
    svg.append(element("polyline", { class: `line s${index}`, points: known.map((tick) => `${at(tick)},${up(points.get(tick))}`).join(" ") }));
    for (const tick of known) svg.append(element("circle", { class: `dot s${index}`, cx: at(tick), cy: up(points.get(tick)), r: 4 }));
  }
  return svg;
}

function drawBars(drawn, ticks) {
  const [width, left, thick] = [720, 230, 18];
  const axis = scale(drawn.flatMap(([, points]) => ticks.map((tick) => points.get(tick)).filter((value) => value !== undefined)), true);
  const band = thick * drawn.length + 8;
  const across = (value) => left + ((value - axis.first) / (axis.last - axis.first)) * (width - left - 70);
  const svg = element("svg", { viewBox: `0 0 ${width} ${ticks.length * band + 10}`, class: "plot" });
  for (const [row, tick] of ticks.entries()) {
    svg.append(element("text", { x: left - 8, y: row * band + band / 2 + 5, "text-anchor": "end" }, tick.length > 16 ? `${tick.slice(0, 15)}…` : tick));
    for (const [index, [, points]] of drawn.entries()) {
      const value = points.get(tick);
      if (value === undefined) continue;
      const top = row * band + 4 + index * thick;
      svg.append(element("rect", { class: `bar s${index}`, x: Math.min(across(0), across(value)), y: top, width: Math.max(1, Math.abs(across(value) - across(0))), height: thick - 3 }),
        element("text", { x: Math.max(across(0), across(value)) + 6, y: top + 12 }, format(value)));
    }
  }
  return svg;
}

// Network ------------------------------------------------------------------------------------------------------------------------------------

function networkOfGraph({ triples }, names) {
  const labels = labelsOf(triples, names);
  const edges = triples.filter(([, predicate, object]) => !LABELS.test(predicate.value) && object.type !== "literal");
  return network(edges.map(([subject, , object]) => [subject, object]), labels, names);
}

function networkOfRows(result, names) {
  const chosen = { from: 0, to: result.columns.length - 1 };
  const figure = element("div");
  const draw = () => figure.replaceChildren(network(result.rows.map((row) => [row[chosen.from], row[chosen.to]]).filter(([a, b]) => a && b), (term) => names.text(term), names));
  const choose = (label, key) => {
    const select = element("select", {}, ...result.columns.map((column, index) => element("option", { value: index, selected: index === chosen[key] }, column)));
    select.addEventListener("change", () => { chosen[key] = Number(select.value); draw(); });
    return element("label", {}, label, select);
  };
  draw();
  return element("div", {}, element("div", { class: "chart-choice" }, choose("から", "from"), choose("へ", "to")), figure);
}

function network(pairs, label, names) {
  const nodes = new Map();
  const edges = [];
  const node = (term) => {
    const key = `${term.type} ${term.value}`;
    if (!nodes.has(key)) nodes.set(key, { term, degree: 0 });
    return nodes.get(key);
  };
  for (const [from, to] of pairs.slice(0, MAX_EDGES)) {
    const edge = [node(from), node(to)];
    if (edge[0] === edge[1]) continue;
    edges.push(edge);
    for (const end of edge) end.degree += 1;
  }
  const all = [...nodes.values()];
  if (!edges.length) return element("p", {}, "線で結べるものがありません。");
  settle(all, edges);
  const size = 1000;
  const svg = element("svg", { viewBox: `0 0 ${size} ${size * 0.75}`, class: "network", role: "img", "aria-label": `${all.length} 個の点と ${edges.length} 本の線。同じ内容は表で読めます。` });
  for (const [a, b] of edges) svg.append(element("line", { x1: a.x, y1: a.y, x2: b.x, y2: b.y }));
  const often = [...all].sort((a, b) => b.degree - a.degree)[Math.min(40, all.length) - 1].degree;
  for (const one of all) {
    const text = label(one.term);
    const dot = element("circle", { cx: one.x, cy: one.y, r: 4 + Math.min(10, Math.sqrt(one.degree) * 2) });
    const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
    title.textContent = text;
    dot.append(title);
    svg.append(dot);
    if (all.length <= 60 || one.degree >= Math.max(2, often)) svg.append(element("text", { x: one.x, y: one.y - 10, "text-anchor": one.x < 120 ? "start" : one.x > 880 ? "end" : "middle" }, text.length > 14 ? `${text.slice(0, 13)}…` : text));
  }
  const note = `${all.length} 個の点、${edges.length} 本の線${pairs.length > MAX_EDGES ? `（${pairs.length} 本のうち、はじめの ${MAX_EDGES} 本）` : ""}。点に触れると名が出ます。`;
  return element("figure", {}, svg, element("figcaption", {}, note));
}

/** Fruchterman and Reingold 1991: all push each other off, edges pull together, steps get smaller. The same graph gives the same picture. */
function settle(nodes, edges) {
  const [width, height] = [1000, 750];
  const ideal = 0.75 * Math.sqrt((width * height) / nodes.length);
  nodes.forEach((node, index) => {
    const angle = index * 2.399963; // the golden angle spreads them evenly
    const radius = 340 * Math.sqrt((index + 0.5) / nodes.length);
    Object.assign(node, { x: width / 2 + radius * Math.cos(angle), y: height / 2 + radius * Math.sin(angle), dx: 0, dy: 0 });
  });
  const rounds = nodes.length > 250 ? 60 : 150;
  for (let round = 0; round < rounds; round++) {
    for (const node of nodes) [node.dx, node.dy] = [(width / 2 - node.x) * 0.3, (height / 2 - node.y) * 0.4];
    for (let i = 0; i < nodes.length; i++) for (let j = i + 1; j < nodes.length; j++) push(nodes[i], nodes[j], ideal);
    for (const [a, b] of edges) pull(a, b, ideal);
    const heat = 60 * (1 - round / rounds) + 1;
    for (const node of nodes) {
      const far = Math.hypot(node.dx, node.dy) || 1;
      node.x += (node.dx / far) * Math.min(far, heat);
      node.y += (node.dy / far) * Math.min(far, heat);
    }
  }
  fit(nodes, "x", 60, width - 60);
  fit(nodes, "y", 30, height - 20);
}

function fit(nodes, axis, low, high) {
  const places = nodes.map((node) => node[axis]);
  const first = Math.min(...places);
  const span = Math.max(...places) - first || 1;
  for (const node of nodes) node[axis] = low + ((node[axis] - first) / span) * (high - low);
}

function push(a, b, ideal) {
  const [x, y] = [a.x - b.x || 0.01, a.y - b.y || 0.01];
  const force = (ideal * ideal) / (x * x + y * y);
  a.dx += x * force; a.dy += y * force;
  b.dx -= x * force; b.dy -= y * force;
}

function pull(a, b, ideal) {
  const [x, y] = [a.x - b.x, a.y - b.y];
  const force = Math.hypot(x, y) / ideal;
  a.dx -= x * force; a.dy -= y * force;
  b.dx += x * force; b.dy += y * force;
}
