// The search box for other sites:
//   <script src="https://keikaku.example.lg.jp/embed.js" defer></script>
//   <keikaku-search server="https://keikaku.example.lg.jp" placeholder="…" limit="5" municipality="…"></keikaku-search>
// The server answers only pages whose origin stands in its KEIKAKU_ALLOW_ORIGINS.
(() => {
  "use strict";
  if (customElements.get("keikaku-search")) return;

  const SCRIPT_ORIGIN = document.currentScript ? new URL(document.currentScript.src).origin : "";
  const TIMEOUT_MS = 20000;
  const ROLES = { responsible: "担当", involved: "関係", collective: "総称" };
  const STYLE = `
    :host { display: block; font-family: inherit; line-height: 1.7; color: inherit; --keikaku-accent: #1f4a75; }
    * { box-sizing: border-box; }
    form { display: flex; }
    input, button { font: inherit; padding: .5em .8em; border: 1px solid #6b7480; min-width: 0; }
    input { flex: 1; color: #1c2430; background: #fff; border-right: 0; border-radius: .4em 0 0 .4em; }
    button { color: #fff; background: var(--keikaku-accent); border-color: var(--keikaku-accent); border-radius: 0 .4em .4em 0; font-weight: 700; cursor: pointer; white-space: nowrap; }
    :focus-visible { outline: 3px solid #c76a00; outline-offset: 2px; }
    .hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    .status { margin: .6em 0 0; font-size: .9em; }
    .status:empty { display: none; }
    .status.error { border-left: 4px solid #a3261c; padding-left: .7em; }
    ol { list-style: none; margin: .3em 0 0; padding: 0; }
    li { padding: .7em 0; border-bottom: 1px solid rgb(128 128 128 / 35%); overflow-wrap: anywhere; }
    p { margin: .2em 0 0; }
    form { position: relative; }
    .suggestions { position: absolute; z-index: 10; top: 100%; left: 0; right: 0; margin: .2em 0 0; padding: .3em 0; max-height: 22em; overflow: auto; list-style: none; color: #1c2430; background: #fff; border: 1px solid #6b7480; border-radius: .4em; }
    .suggestions li { display: flex; justify-content: space-between; gap: 1em; padding: .35em .8em; border: 0; cursor: pointer; }
    .suggestions li:hover, .suggestions [aria-selected="true"] { background: #dfeaf5; }
    .suggestions .kind { color: #4a535f; font-size: .875em; white-space: nowrap; }
    .title { margin: 0; font-weight: 700; }
    .small { font-size: .875em; }
    mark { background: #ffe9a3; color: #1c2430; }`;

  function element(name, attributes = {}, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) made.setAttribute(key, value);
    made.append(...children);
    return made;
  }

  // Highlights count code points, JavaScript's own indexes UTF-16 units.
  function marked(text, spans) {
    const characters = Array.from(text);
    const nodes = [];
    let position = 0;
    for (const [start, end] of [...spans].sort((a, b) => a[0] - b[0])) {
      if (end <= position) continue;
      const from = Math.max(start, position);
      nodes.push(characters.slice(position, from).join(""), element("mark", {}, characters.slice(from, end).join("")));
      position = end;
    }
    nodes.push(characters.slice(position).join(""));
    return nodes;
  }

  class KeikakuSearch extends HTMLElement {
    connectedCallback() {
      if (this.shadowRoot) return;
      const root = this.attachShadow({ mode: "open" });
      if (root.adoptedStyleSheets && "replaceSync" in CSSStyleSheet.prototype) {
        const sheet = new CSSStyleSheet(); // passes where a page forbids inline styles
        sheet.replaceSync(STYLE);
        root.adoptedStyleSheets = [sheet];
      } else {
        root.append(element("style", {}, STYLE));
      }
      const placeholder = this.getAttribute("placeholder") || "計画書を検索";
      this.input = element("input", { id: "q", type: "search", maxlength: "500", placeholder, autocomplete: "off", enterkeyhint: "search" });
      this.form = element("form", { role: "search" }, element("label", { class: "hidden", for: "q" }, "計画書を検索"), this.input, element("button", {}, "検索"));
      this.status = element("p", { class: "status", role: "status" });
      this.list = element("ol");
      this.more = element("p", { class: "small" });
      root.append(this.form, this.status, this.list, this.more);
      keikakuSuggest(this.input, () => this.server, () => this.scope);
      this.form.addEventListener("submit", (event) => {
        event.preventDefault();
        this.search(this.input.value.trim());
      });
    }

    disconnectedCallback() {
      this.request?.abort();
    }

    get server() {
      const given = this.getAttribute("server") || SCRIPT_ORIGIN;
      try {
        const url = new URL(given, location.href);
        return /^https?:$/.test(url.protocol) ? url.href.replace(/[?#].*$/, "").replace(/\/$/, "") : null;
      } catch {
        return null;
      }
    }

    get scope() {
      const municipality = this.getAttribute("municipality");
      return municipality ? { municipality } : {};
    }

    async search(query) {
      if (!query) return this.input.focus();
      const server = this.server;
      this.show();
      if (!server) return this.fail("server 属性に、検索サーバーの URL（https://…）を指定してください。");
      this.request?.abort();
      const request = (this.request = new AbortController());
      const timer = setTimeout(() => request.abort(), TIMEOUT_MS);
      const parameters = new URLSearchParams({ q: query, limit: this.getAttribute("limit") || "5", ...this.scope });
      this.say("検索しています…");
      try {
        const answer = await fetch(`${server}/api/search?${parameters}`, { signal: request.signal, headers: { Accept: "application/json" }, credentials: "omit" });
        const body = await answer.json();
        if (request !== this.request) return; // a later question has overtaken this one
        if (answer.ok) this.show(body, server, query);
        else this.fail(body.detail || "検索サーバーがエラーを返しました。");
      } catch {
        if (request === this.request) this.fail(await this.explain(server, request.signal.aborted));
      } finally {
        clearTimeout(timer);
      }
    }

    // A browser does not tell a refused origin from a dead server; a request whose answer nobody reads tells them apart.
    async explain(server, timedOut) {
      if (timedOut) return "検索サーバーから時間内に応答がありません。しばらくしてからやり直してください。";
      try {
        await fetch(`${server}/healthz`, { mode: "no-cors", credentials: "omit" });
      } catch {
        return "検索サーバーに接続できません。ネットワークと server 属性の URL を確かめてください。";
      }
      return `このページ（${location.origin}）からの検索は、検索サーバーで許可されていません。管理者に、KEIKAKU_ALLOW_ORIGINS へこのオリジンを加えるよう依頼してください。`;
    }

    say(text, error = false) {
      this.status.textContent = text;
      this.status.classList.toggle("error", error);
    }

    fail(text) {
      this.list.replaceChildren();
      this.more.replaceChildren();
      this.say(text, true);
    }

    show(answer, server, query) {
      this.list.replaceChildren();
      this.more.replaceChildren();
      if (!answer) return this.say("");
      if (!answer.results.length) return this.say(answer.hint || "当てはまる取組は見つかりませんでした。言葉を変えて試してください。");
      this.say(`${answer.total} 件見つかりました`);
      this.list.append(...answer.results.map((result) => this.hit(result, server)));
      this.more.append(element("a", { href: `${server}/?${new URLSearchParams({ q: query })}` }, "担当課とすべての結果を見る"));
    }

    hit(result, server) {
      const page = result.iri.replace(/^.*?\/id\//, `${server}/page/`);
      const number = [result.level, result.number].filter(Boolean).join("");
      const item = element("li", {}, element("p", { class: "title" }, element("a", { href: page }, `${number ? `${number} ` : ""}${result.title}`)));
      const where = [result.municipality?.name, result.plan?.title].filter(Boolean).join("　");
      if (where) item.append(element("p", { class: "small" }, where));
      const owners = Object.entries(ROLES).flatMap(([role, label]) => {
        const names = result.departments.filter((department) => department.role === role).map((department) => department.name);
        return names.length ? [`${label}：${names.join("、")}`] : [];
      });
      if (owners.length) item.append(element("p", { class: "small" }, owners.join("　")));
      const match = result.matches[0];
      if (!match) return item;
      item.append(element("p", {}, ...marked(match.text, match.highlights)));
      if (match.source?.document) {
        const [first, last] = match.source.lines;
        const place = `${match.source.page ? `p.${match.source.page} ` : ""}${first === last ? first : `${first}〜${last}`}行`;
        const id = match.source.document.replace(/#.*$/, "").replace(/^.*\//, "");
        const href = `${server}/page/document/${id}?lines=${first}-${last}#L${first}`;
        item.append(element("p", { class: "small" }, element("a", { href }, `${match.source.file} ${place}`)));
      }
      return item;
    }
  }

  customElements.define("keikaku-search", KeikakuSearch);
})();
