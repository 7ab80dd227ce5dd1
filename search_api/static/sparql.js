// Ctrl+Enter runs the query; the link to a result is copied at a click. The page works without this file.
"use strict";

const editor = document.getElementById("editor");
const query = document.getElementById("query");

query.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
    event.preventDefault();
    editor.requestSubmit();
  }
});

const share = document.getElementById("share");
if (share && navigator.clipboard) {
  share.setAttribute("aria-live", "polite");
  share.addEventListener("click", async (event) => {
    event.preventDefault();
    await navigator.clipboard.writeText(share.href);
    const before = share.textContent;
    share.textContent = "コピーしました";
    setTimeout(() => { share.textContent = before; }, 2000);
  });
}
