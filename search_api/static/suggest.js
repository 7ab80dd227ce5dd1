// Completions while typing, as an editable combobox with a list (WAI-ARIA Authoring Practices Guide, "Combobox").
// keikakuSuggest(input, server, parameters) makes one of a search input; without this file the input is a plain one.
"use strict";

globalThis.keikakuSuggest ??= (() => {
  const WAIT_MS = 120; // after the last key
  let boxes = 0;

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
    for (const [start, end] of spans) {
      nodes.push(characters.slice(position, start).join(""), element("mark", {}, characters.slice(start, end).join("")));
      position = end;
    }
    return [...nodes, characters.slice(position).join("")];
  }

  class SuggestBox {
    constructor(input, server, parameters) {
      this.input = input;
      this.server = server;
      this.parameters = parameters;
      this.options = [];
      this.active = -1;
      const id = `keikaku-suggest-${++boxes}`;
      this.list = element("ul", { id, role: "listbox", class: "suggestions", "aria-label": "入力の候補" });
      this.list.hidden = true;
      this.status = element("p", { class: "hidden", "aria-live": "polite" });
      const roles = { role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": id };
      for (const [name, value] of Object.entries(roles)) input.setAttribute(name, value);
      input.after(this.list, this.status);
      input.addEventListener("input", (event) => event.isComposing || this.wait());
      input.addEventListener("compositionstart", () => this.close());
      input.addEventListener("compositionend", () => this.wait());
      input.addEventListener("keydown", (event) => this.press(event));
      input.addEventListener("blur", () => this.close());
      input.form?.addEventListener("submit", () => this.close());
      // The input keeps the focus while an option is pressed.
      this.list.addEventListener("pointerdown", (event) => event.preventDefault());
      this.list.addEventListener("mousedown", (event) => event.preventDefault());
      this.list.addEventListener("click", (event) => {
        const option = event.target.closest("[role=option]");
        if (option) this.choose(this.options.indexOf(option));
      });
    }

    wait() {
      this.stop();
      if (this.input.value.trim()) this.timer = setTimeout(() => this.ask(), WAIT_MS);
      else this.close();
    }

    stop() {
      clearTimeout(this.timer);
      this.request?.abort();
      this.request = null;
    }

    async ask() {
      this.stop();
      const request = (this.request = new AbortController());
      const query = new URLSearchParams({ ...this.parameters(), q: this.input.value.trim() });
      try {
        const answer = await fetch(`${this.server()}/api/suggest?${query}`, { signal: request.signal, headers: { Accept: "application/json" }, credentials: "omit" });
        const body = answer.ok ? await answer.json() : { suggestions: [] };
        if (request === this.request) this.show(body.suggestions);
      } catch {
        if (request === this.request) this.close(); // the search itself tells what is wrong with the server
      }
    }

    show(suggestions) {
      if (!suggestions.length) {
        this.close();
        this.status.textContent = "候補はありません";
        return;
      }
      this.options = suggestions.map((suggestion, number) => {
        const where = [suggestion.label_ja, suggestion.municipality?.name].filter(Boolean).join(" ");
        const option = element("li", { id: `${this.list.id}-${number}`, role: "option", "aria-selected": "false" });
        option.append(element("span", { class: "text" }, ...marked(suggestion.text, suggestion.highlights)), " ", element("span", { class: "kind" }, where));
        option.dataset.text = suggestion.text;
        return option;
      });
      this.list.replaceChildren(...this.options);
      this.list.hidden = false;
      this.input.setAttribute("aria-expanded", "true");
      this.mark(-1);
      this.status.textContent = `候補が ${suggestions.length} 件あります。上下の矢印キーで選べます。`;
    }

    close() {
      this.stop();
      this.list.hidden = true;
      this.options = [];
      this.list.replaceChildren();
      this.input.setAttribute("aria-expanded", "false");
      this.mark(-1);
      this.status.textContent = "";
    }

    mark(number) {
      this.options[this.active]?.setAttribute("aria-selected", "false");
      this.active = number;
      const option = this.options[number];
      if (!option) return this.input.removeAttribute("aria-activedescendant");
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    }

    choose(number) {
      this.input.value = this.options[number].dataset.text;
      this.close();
      this.input.form?.requestSubmit();
    }

    press(event) {
      // 229: the key belongs to the input method, also in browsers that do not say so.
      if (event.isComposing || event.keyCode === 229 || event.ctrlKey || event.metaKey) return;
      const open = !this.list.hidden;
      const count = this.options.length;
      if (event.key === "ArrowDown" && !open && this.input.value.trim()) this.ask();
      else if (event.key === "ArrowDown" && open) this.mark(this.active + 1 < count ? this.active + 1 : -1);
      else if (event.key === "ArrowUp" && open) this.mark(this.active >= 0 ? this.active - 1 : count - 1);
      else if (event.key === "Enter" && open && this.active >= 0) this.choose(this.active);
      else if (event.key === "Escape" && open) this.close();
      else return;
      event.preventDefault();
    }
  }

  return (input, server, parameters = () => ({})) => new SuggestBox(input, server, parameters);
})();
