// The text field of the query page: highlighting, completion from the words of this graph, marks at errors.
// It stands in a shadow root, because CodeMirror's own style sheet is then a constructed one, which the content security policy lets pass.
import {
  EditorState, EditorView, HighlightStyle, StreamLanguage, autocompletion, bracketMatching, closeBrackets, closeBracketsKeymap,
  completionKeymap, defaultKeymap, history, historyKeymap, indentLess, indentMore, indentUnit, keymap, lineNumbers, setDiagnostics,
  sparql, syntaxHighlighting, tags, temporarilySetTabFocusMode,
} from "./codemirror.js";

const KEYWORDS = ["SELECT", "DISTINCT", "WHERE", "CONSTRUCT", "ASK", "DESCRIBE", "PREFIX", "OPTIONAL", "FILTER", "UNION", "MINUS", "VALUES",
  "BIND", "GRAPH", "SERVICE", "EXISTS", "NOT EXISTS", "GROUP BY", "ORDER BY", "HAVING", "LIMIT", "OFFSET", "COUNT", "SUM", "AVG", "MIN",
  "MAX", "SAMPLE", "GROUP_CONCAT", "CONTAINS", "STRSTARTS", "REGEX", "STR", "LANG", "BOUND", "IF", "COALESCE", "DESC"];

const COLOURS = HighlightStyle.define([
  { tag: tags.keyword, color: "var(--code-keyword)", fontWeight: "bold" },
  { tag: [tags.standard(tags.variableName), tags.operator], color: "var(--code-keyword)" },
  { tag: [tags.local(tags.variableName), tags.variableName], color: "var(--code-variable)" },
  { tag: tags.string, color: "var(--code-string)" },
  { tag: tags.atom, color: "var(--code-name)" },
  { tag: tags.meta, color: "var(--code-string)" },
  { tag: tags.comment, color: "var(--soft)" },
]);

const THEME = EditorView.theme({
  "&": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--soft)", borderRadius: ".5rem", fontSize: ".875rem" },
  "&.cm-focused": { outline: "2px solid var(--link)", outlineOffset: "-1px" },
  ".cm-scroller": { fontFamily: "var(--mono)", lineHeight: "1.6", minHeight: "14rem", maxHeight: "60vh", borderRadius: ".5rem" },
  ".cm-content": { caretColor: "var(--ink)", padding: ".75rem 0" },
  ".cm-gutters": { backgroundColor: "var(--sheet)", color: "var(--soft)", borderRight: "1px solid var(--line-soft)" },
  ".cm-tooltip": { backgroundColor: "var(--sheet)", color: "var(--ink)", border: "1px solid var(--line)", borderRadius: ".4rem" },
  ".cm-tooltip-autocomplete ul": { fontFamily: "var(--mono)", maxWidth: "90vw" },
  ".cm-tooltip-autocomplete ul li": { padding: ".2rem .6rem" },
  ".cm-tooltip-autocomplete ul li[aria-selected]": { backgroundColor: "var(--accent)", color: "var(--on-accent)" },
  ".cm-completionDetail": { fontStyle: "normal", color: "inherit" },
  ".cm-completionMatchedText": { textDecoration: "none", fontWeight: "bold" },
  // the waves of the library are images in data: addresses, which the policy refuses
  ".cm-lintRange-error": { backgroundImage: "none", textDecoration: "underline wavy var(--warn)" },
  ".cm-lintRange-warning": { backgroundImage: "none", textDecoration: "underline wavy var(--focus)" },
  ".cm-diagnostic": { color: "var(--ink)" },
});

/** The words of the graph, or none where the server does not answer: the editor works without them. */
export async function loadVocabulary(address) {
  const empty = { prefixes: {}, classes: [], properties: [], names: [] };
  try {
    const answer = await fetch(address);
    return answer.ok ? await answer.json() : empty;
  } catch (error) {
    if (error instanceof TypeError) return empty;
    throw error;
  }
}

/** Where and what to insert so that every known prefix used in `text` is declared; null where nothing is missing. */
export function missingPrefixes(text, prefixes) {
  const code = text.replace(/#[^\n]*|<[^<>\s]*>|"(?:[^"\\\n]|\\.)*"|'(?:[^'\\\n]|\\.)*'/g, (found) => (found[0] === "<" ? "<>" : ""));
  const declared = new Set([...code.matchAll(/\bPREFIX\s+([\w-]*):/gi)].map((match) => match[1]));
  const used = new Set([...code.matchAll(/(?<![\w:?$-])([A-Za-z][\w-]*):/g)].map((match) => match[1]));
  const missing = Object.keys(prefixes).filter((prefix) => used.has(prefix) && !declared.has(prefix));
  if (!missing.length) return null;
  const head = /^(?:[ \t]*(?:#[^\n]*)?\n)*/.exec(text)[0].length;
  return { from: head, insert: missing.map((prefix) => `PREFIX ${prefix}: <${prefixes[prefix]}>\n`).join("") };
}

export function createEditor({ textarea, label, describedBy, run, vocabulary }) {
  const host = document.createElement("div");
  host.className = "code";
  textarea.after(host);
  const root = host.attachShadow({ mode: "open" });
  const addPrefixes = (view) => {
    const change = missingPrefixes(view.state.doc.toString(), vocabulary().prefixes);
    if (change) view.dispatch({ changes: change, userEvent: "input.prefix" });
  };
  const view = new EditorView({
    root,
    parent: root,
    state: EditorState.create({
      doc: textarea.value,
      extensions: [
        lineNumbers(), history(), bracketMatching(), closeBrackets(), indentUnit.of("  "), StreamLanguage.define(sparql),
        syntaxHighlighting(COLOURS), THEME, EditorView.lineWrapping,
        EditorView.contentAttributes.of({ "aria-label": label, "aria-description": describedBy, spellcheck: "false", autocapitalize: "off" }),
        EditorState.phrases.of({ "Completions": "候補", "Diagnostics": "誤り", "close": "閉じる" }),
        autocompletion({ override: [(context) => complete(context, vocabulary())], icons: false, maxRenderedOptions: 60 }),
        EditorView.updateListener.of((update) => {
          if (!update.docChanged) return;
          textarea.value = update.state.doc.toString();
          const typed = update.transactions.some((one) => one.isUserEvent("input.type") || one.isUserEvent("input.complete"));
          const here = update.state.selection.main.head;
          if (typed && (/:$/.test(update.state.sliceDoc(here - 1, here)) || update.transactions.some((one) => one.isUserEvent("input.complete")))) {
            setTimeout(() => addPrefixes(view)); // a listener must not dispatch
          }
        }),
        keymap.of([
          { key: "Mod-Enter", run: () => { run(); return true; } },
          ...completionKeymap,
          { key: "Escape", run: temporarilySetTabFocusMode },
          { key: "Tab", run: indentMore, shift: indentLess },
          ...closeBracketsKeymap, ...defaultKeymap, ...historyKeymap,
        ]),
      ],
    }),
  });
  textarea.hidden = true;
  return {
    text: () => view.state.doc.toString(),
    setText: (text) => view.dispatch({ changes: { from: 0, to: view.state.doc.length, insert: text } }),
    addPrefixes: () => addPrefixes(view),
    focus: () => view.focus(),
    clear: () => view.dispatch(setDiagnostics(view.state, [])),
    /** Underline lines `first` to `last` (from 1), or the rest of `first` from `column` on, and bring them into sight. */
    mark(first, last, column, severity, message) {
      const { doc } = view.state;
      const line = doc.line(Math.min(Math.max(first, 1), doc.lines));
      const end = doc.line(Math.min(Math.max(last, first), doc.lines)).to;
      let from = Math.min(line.from + codeUnits(line.text, column - 1), line.to);
      if (from === end && from > 0) from -= 1; // the end of a line has no width to underline
      view.dispatch(setDiagnostics(view.state, [{ from, to: end, severity, message }]));
      view.dispatch({ selection: { anchor: from }, effects: EditorView.scrollIntoView(from, { y: "center" }) });
    },
  };
}

/** The server counts characters, JavaScript counts UTF-16 units. */
function codeUnits(text, characters) {
  return [...text].slice(0, Math.max(characters, 0)).join("").length;
}

function complete(context, words) {
  const inString = context.matchBefore(/"[^"\n]*/);
  if (inString && (context.state.sliceDoc(context.state.doc.lineAt(context.pos).from, inString.from + 1).match(/"/g) || []).length % 2) {
    return names(inString.from + 1, words);
  }
  const word = context.matchBefore(/[?$]?[\w:\-\u3040-\u30ff\u3400-\u9fff]+|[?$]/);
  if (!word && !context.explicit) return null;
  const text = word ? word.text : "";
  const from = word ? word.from : context.pos;
  if (/^[?$]/.test(text)) return { from, options: variables(context, from), validFor: /^[?$][\w\u3040-\u30ff\u3400-\u9fff]*$/ };
  return { from, options: terms(words, /[\u3040-\u9fff]/.test(text)), validFor: /^[\w:\-\u3040-\u30ff\u3400-\u9fff]*$/ };
}

function names(from, words) {
  const apply = (view, completion, start, end) => {
    const closed = view.state.sliceDoc(end, end + 1) === '"';
    const tail = closed && view.state.sliceDoc(end + 1, end + 2) === "@" ? "" : "@ja";
    const insert = completion.label.replace(/["\\]/g, "\\$&") + '"' + tail;
    view.dispatch({
      changes: { from: start, to: end + (closed ? 1 : 0), insert }, selection: { anchor: start + insert.length }, userEvent: "input.complete",
    });
  };
  return { from, options: words.names.map(({ text, kind }) => ({ label: text, detail: kind, apply })), validFor: /^[^"\n]*$/ };
}

function variables(context, from) {
  const found = new Set();
  for (const match of context.state.doc.toString().matchAll(/[?$][\w\u3040-\u30ff\u3400-\u9fff]+/g)) {
    if (match.index !== from) found.add(match[0]);
  }
  return [...found].map((label) => ({ label, type: "variable" }));
}

function terms(words, japanese) {
  const known = [...words.classes.map((term) => [term, "クラス"]), ...words.properties.map((term) => [term, "プロパティ"])];
  if (japanese) {
    return known.filter(([term]) => term.label).map(([term, kind]) => ({ label: term.label, detail: `${term.name}（${kind}）`, apply: term.name, info: term.comment || undefined }));
  }
  const frequent = Math.log(1 + Math.max(1, ...known.map(([term]) => term.count)));
  const options = known.map(([term, kind]) => ({
    label: term.name, detail: term.label ? `${term.label}（${kind}）` : kind, info: term.comment || undefined, boost: Math.round(40 * Math.log(1 + term.count) / frequent),
  }));
  options.push(...KEYWORDS.map((label) => ({ label, detail: "構文" })));
  options.push(...Object.keys(words.prefixes).map((prefix) => ({ label: `${prefix}:`, detail: words.prefixes[prefix] })));
  return options;
}
