// Pages for editors remember that an editor uses this browser; visitors' pages then show a bar with a
// link to edit what they show. No other browser loads this file.

const FLAG = "octavoEditor"; // localStorage, read by site.js
const base = new URL("..", import.meta.url);

// Set or remove the mark on a page for editors; return whether this is one.
function updateFlag() {
  if (document.querySelector(".edit-pages")) localStorage[FLAG] = "1";
  else if (document.querySelector("[data-signed-out]")) localStorage.removeItem(FLAG);
  return Boolean(document.querySelector(".edit-title"));
}

async function showBar() {
  const [, slug] = location.pathname.match(/\/publications\/([\w-]+)$/) ?? [];
  const url = new URL(`edit/bar${slug ? `?for=${slug}` : ""}`, base);
  const answer = await fetch(url, { redirect: "manual" }).catch(() => null);
  if (!answer || answer.status >= 500) return;
  if (answer.status !== 200) return localStorage.removeItem(FLAG); // the session has ended
  document.querySelector(".editor-bar")?.remove();
  document.body.insertAdjacentHTML("afterbegin", await answer.text());
  const list = document.querySelector(".editor-bar [data-list]");
  if (list) list.search = location.search;
}

if (!updateFlag()) {
  showBar();
  addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
    if (ctx.target === document.body) showBar(); // Back or forward
    const list = document.querySelector(".editor-bar [data-list]");
    if (list) list.search = location.search;
  });
}
