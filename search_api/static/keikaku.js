// Small conveniences. Every page works without this file.
"use strict";

// "/" puts the cursor into the search box, as on many sites.
document.addEventListener("keydown", (event) => {
  const typing = event.composedPath()[0].closest?.("input, textarea, select, [contenteditable]");
  if (event.key !== "/" || typing || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  const box = document.querySelector("#q, #quick-q");
  if (!box) return;
  event.preventDefault();
  box.focus();
  box.select();
});

// The filters in use hold for the suggestions, too, as far as they are about a municipality.
const ROOT = new URL("..", document.currentScript.src).href.replace(/\/$/, "");
for (const box of document.querySelectorAll("#q, #quick-q")) {
  keikakuSuggest(box, () => ROOT, () => {
    const municipality = box.form.elements.municipality?.value;
    return municipality ? { municipality } : {};
  });
}

// An address that ends in #L12-15 (a quotation's IRI) names several lines; the browser itself knows single ones only.
function showQuotedLines() {
  for (const line of document.querySelectorAll(".in-range")) line.classList.remove("in-range");
  const range = /^#L(\d+)-(\d+)$/.exec(location.hash);
  if (!range || !document.querySelector(".lines")) return;
  const [first, last] = [Number(range[1]), Number(range[2])];
  for (let number = first; number <= Math.min(last, first + 2000); number++) {
    document.getElementById(`L${number}`)?.classList.add("in-range");
  }
  const start = document.getElementById(`L${first}`);
  if (start) start.scrollIntoView();
  else if (!location.search.includes("lines=")) location.replace(`?lines=${first}-${last}#L${first}`);
}
addEventListener("hashchange", showQuotedLines);
showQuotedLines();
