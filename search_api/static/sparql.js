// The query page: runs queries without leaving it, shows results in several ways, tells what went wrong and where. Without this file it is a form.
import { createEditor, loadVocabulary } from "./sparql_editor.js";
import { Names, element, readResult } from "./sparql_result.js";
import { viewsOf } from "./sparql_views.js";

const form = document.getElementById("editor");
const textarea = document.getElementById("query");
const status = document.getElementById("run-status");
const outcome = document.getElementById("live-outcome");
const [run, cancel] = [document.getElementById("run"), document.getElementById("cancel")];
const { root, base, limit } = form.dataset;

let vocabulary = { prefixes: {}, classes: [], properties: [], names: [] };
let running = null;
let view = "";

const fragment = new URLSearchParams(location.hash.slice(1));
if (fragment.has("query")) {
  textarea.value = fragment.get("query");
  view = fragment.get("view") ?? "";
  document.querySelector("#editor .about")?.remove(); // it speaks of the example that the fragment replaces
}
const editor = createEditor({
  textarea, label: "問い合わせ", describedBy: "Ctrl と Enter で実行します。Escape に続けて Tab で、入力欄の外へ移ります。", run: () => ask(), vocabulary: () => vocabulary,
});
const loaded = loadVocabulary(`${root}/api/vocabulary`).then((words) => { vocabulary = words; });
for (const part of form.querySelectorAll(".without-script")) part.hidden = true;
for (const part of form.querySelectorAll(".with-script")) part.hidden = false;

const told = document.querySelector("#problem[data-line]"); // the server ran this one: its answer stands, the editor only marks the place
if (told) editor.mark(Number(told.dataset.line), Number(told.dataset.line), 1, "error", told.querySelector("p").textContent);
if (fragment.has("query") && fragment.get("run") !== "no") ask();
addEventListener("hashchange", () => {
  const parameters = new URLSearchParams(location.hash.slice(1));
  if (parameters.has("query") && parameters.get("query") !== editor.text()) location.reload();
});

form.addEventListener("submit", (event) => { event.preventDefault(); ask(); });
cancel.addEventListener("click", () => running?.abort());

async function ask() {
  running?.abort();
  const own = running = new AbortController();
  await loaded;
  editor.addPrefixes();
  editor.clear();
  const query = editor.text();
  for (const old of document.querySelectorAll(".outcome:not(#live-outcome), #problem")) old.remove();
  outcome.replaceChildren();
  outcome.hidden = true;
  cancel.hidden = false;
  const started = performance.now();
  const clock = setInterval(() => { status.textContent = `実行中… ${Math.floor((performance.now() - started) / 1000)} 秒`; }, 1000);
  status.textContent = "実行中…";
  history.replaceState(null, "", shareAddress(query));
  try {
    const answer = await send(`${root}/sparql`, { query }, own.signal, "application/sparql-results+json, application/n-triples;q=0.5");
    const body = await answer.text();
    status.textContent = "";
    if (answer.ok) show(query, readResult(answer.headers.get("content-type"), body), performance.now() - started, own.signal, answer.headers.has("x-keikaku-truncated"));
    else showProblem(answer, body);
  } catch (error) {
    if (own !== running) return; // a newer query has taken its place
    if (error.name === "AbortError") status.textContent = "中止しました。";
    else if (error instanceof TypeError) problem("答えを受け取れませんでした", "サーバーにつながらないか、答えが途中で打ち切られました。時間か大きさの上限に達したときは、LIMIT を付けるか、条件を絞ってください。");
    else throw error;
  } finally {
    clearInterval(clock);
    if (own === running) {
      running = null;
      cancel.hidden = true;
    }
  }
}

function send(address, fields, signal, accept) {
  return fetch(address, { method: "POST", body: new URLSearchParams(fields), headers: { Accept: accept, "Accept-Language": "ja" }, signal });
}

/** The query stands in the fragment, which no server and no proxy sees: it may be long. */
function shareAddress(query) {
  const parameters = new URLSearchParams({ query });
  if (view) parameters.set("view", view);
  return `${location.pathname}#${parameters}`;
}

// What went wrong ----------------------------------------------------------------------------------------------------------------------------

const ADVICE = {
  429: "少し待ってから、もう一度実行してください。",
  503: `一つの問い合わせに使えるのは ${limit} 秒までです。LIMIT を付ける、年度や自治体で絞る、つながりのない二つのパターンが無いか確かめる、のいずれかを試してください。`,
};

function showProblem(answer, body) {
  let told = { title: "答えられません", detail: body.slice(0, 300) };
  if (/json/.test(answer.headers.get("content-type"))) told = JSON.parse(body);
  const wait = answer.headers.get("retry-after");
  const advice = (ADVICE[answer.status] ?? "") + (answer.status === 429 && wait ? `（${wait} 秒後）` : "");
  problem(told.title, told.detail, advice);
  if (told.line) editor.mark(told.line, told.line, told.column ?? 1, "error", told.detail);
}

function problem(title, detail, advice = "") {
  outcome.hidden = false;
  outcome.replaceChildren(element("div", { class: "problem", role: "alert" }, element("h2", { id: "live-title" }, title), element("p", {}, detail), ...(advice ? [element("p", {}, advice)] : [])));
  status.textContent = "";
}

async function explainEmpty(query, place, signal) {
  place.textContent = "どの部分に当てはまるものが無いかを調べています…";
  const answer = await send(`${root}/api/query/empty`, { query }, signal, "application/json").catch((error) => {
    if (error.name === "AbortError" || error instanceof TypeError) return null;
    throw error;
  });
  if (!answer?.ok) {
    place.textContent = "";
    return;
  }
  const found = await answer.json();
  place.replaceChildren(found.message, ...(found.text ? [element("code", { class: "culprit" }, found.text)] : []));
  if (found.lines && editor.text() === query) editor.mark(found.lines[0], found.lines[1], 1, "warning", found.message);
}

// What was found -----------------------------------------------------------------------------------------------------------------------------

function show(query, result, took, signal, truncated) {
  outcome.hidden = false;
  const count = result.kind === "rows" ? result.rows.length : result.kind === "graph" ? result.triples.length : null;
  const title = count === null ? "結果" : `${count.toLocaleString("ja")} ${result.kind === "rows" ? "行" : "三つ組"}`;
  const head = element("header", {}, element("h2", { id: "live-title" }, title), element("p", { class: "took" }, `${Math.round(took).toLocaleString("ja")} ミリ秒`), downloads(query, result));
  status.textContent = `${title}、${Math.round(took)} ミリ秒`;
  if (result.kind === "answer") {
    outcome.replaceChildren(head, element("p", { class: "answer" }, result.value ? "はい" : "いいえ"));
    return;
  }
  if (!count) {
    const reason = element("p", { class: "reason", role: "status" });
    outcome.replaceChildren(head, element("p", {}, "当てはまるものはありません。"), reason);
    explainEmpty(query, reason, signal);
    return;
  }
  const names = new Names(vocabulary.prefixes, base, root);
  const stage = element("div", { class: "stage" });
  const views = viewsOf(result);
  const buttons = views.map(([name, word, make]) => {
    const button = element("button", { type: "button", "data-view": name, "aria-pressed": "false" }, word);
    button.addEventListener("click", () => { view = name; choose(button, make); history.replaceState(null, "", shareAddress(query)); });
    return button;
  });
  const choose = (button, make) => {
    for (const other of buttons) other.setAttribute("aria-pressed", String(other === button));
    stage.replaceChildren(make(result, names));
  };
  const cut = truncated ? [element("p", { class: "truncated" }, `行の上限（${count.toLocaleString("ja")}）で打ち切りました。まだ続きがあります。条件を絞るか、ORDER BY と LIMIT・OFFSET で分けて求めてください。`)] : [];
  outcome.replaceChildren(head, ...cut, element("div", { class: "views", role: "group", "aria-label": "見せ方" }, ...buttons), stage);
  const wanted = Math.max(0, views.findIndex(([name]) => name === view));
  choose(buttons[wanted], views[wanted][2]);
}

const TABLE_FORMATS = [["csv", "CSV", "csv"], ["xlsx", "Excel", "xlsx"], ["tsv", "TSV", "tsv"], ["json", "JSON", "json"], ["xml", "XML", "xml"]];
const GRAPH_FORMATS = [["turtle", "Turtle", "ttl"], ["jsonld", "JSON-LD", "jsonld"], ["ntriples", "N-Triples", "nt"], ["rdfxml", "RDF/XML", "rdf"]];

function downloads(query, result) {
  const offered = result.kind === "graph" ? GRAPH_FORMATS : TABLE_FORMATS.filter(([format]) => result.kind === "rows" || format === "json" || format === "xml");
  const list = element("p", { class: "downloads" }, element("span", { class: "hidden" }, "保存："));
  for (const [format, word, ending] of offered) {
    const button = element("button", { type: "button", class: "plain" }, word);
    button.addEventListener("click", () => save(query, format, ending));
    list.append(button);
  }
  const share = element("a", { href: shareAddress(query), id: "share" }, "この結果へのリンク");
  share.addEventListener("click", async (event) => {
    event.preventDefault();
    const address = new URL(shareAddress(query), location.href).href;
    share.href = address;
    await navigator.clipboard?.writeText(address);
    status.textContent = navigator.clipboard ? "リンクをコピーしました。" : "アドレス欄がこの結果へのリンクです。";
  });
  list.append(share);
  return list;
}

async function save(query, format, ending) {
  const address = format === "xlsx" ? `${root}/api/query/table.xlsx` : `${root}/sparql`;
  const answer = await send(address, format === "xlsx" ? { query } : { query, format }, undefined, "*/*");
  if (!answer.ok) {
    showProblem(answer, await answer.text());
    return;
  }
  const link = element("a", { href: URL.createObjectURL(await answer.blob()), download: `keikaku.${ending}` });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
