// Progressive enhancement: every form and link of the site works without this file.
"use strict";

const ANNOUNCE_AFTER = 1000; // milliseconds without typing before a screen reader announces
const SHORTCUTS = "octavo-shortcuts"; // localStorage: "on" or "off"
const STYLE = "octavo-citation"; // localStorage: the visitor's citation style, read by cite.js

const byId = (id) => document.getElementById(id);
const field = () => byId("q");
const isList = (target) => ["results", "rest"].includes(target?.id); // the whole list, or its next page
const titles = () => document.querySelectorAll(".publication .title a");
const openSlugs = () =>
  [...document.querySelectorAll(".abstract[open]")].map((abstract) => abstract.dataset.slug);

// ---- Open abstracts are part of the URL and of every request for the list.

document.addEventListener("toggle", (event) => {
  if (!event.target.matches(".abstract")) return;
  const pairs = location.search.slice(1).split("&").filter((pair) => pair && !pair.startsWith("open="));
  const query = [...pairs, ...openSlugs().map((slug) => `open=${slug}`)].join("&");
  const search = query && `?${query}`;
  if (search !== location.search) {
    history.replaceState(history.state, "", location.pathname + search + location.hash);
  }
}, true);

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!isList(ctx.target)) return;
  const { body } = ctx.request;
  ctx.words = field().value;
  if (ctx.sourceElement.matches(".years")) setYears(body);
  if (!body.get("q")) body.delete("q");
  for (const slug of openSlugs()) body.append("open", slug);
  if (ctx.target.id === "rest") return;
  // The server keeps the values of an open panel in place, except in a search for other words.
  for (const { id, dataset } of document.querySelectorAll("#facets[open], #facets[open] [data-panel]")) {
    if (id !== "facets" || ctx.sourceElement.id !== "search") body.append("panel", dataset.panel);
  }
});

// A link to another state of the list loads only the list. `data-swap` says how htmx swaps it in.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-swap] a, a[data-swap]");
  if (!link) return;
  const { swap } = link.closest("[data-swap]").dataset;
  const [path, query] = link.getAttribute("href").split("?");
  const pairs = applyToPending(pairsOf(query), replacedBy(link));
  setHiddenInputs(pairs);
  htmx.ajax("GET", `${path}?${pairs.join("&")}`, { source: byId("results"), event, swap });
  event.preventDefault(); // last: without htmx the line above throws, and the browser follows the link
});

// ---- A choice made before the last response has arrived is added to the pending request.
// The form holds that request: words in its field, filters and order in hidden inputs.

// The normalized "name=value" pairs of a query string or form, without open abstracts.
const pairsOf = (query) =>
  new URLSearchParams(query).toString().split("&").filter((pair) => !/^(open=.*|q=|)$/.test(pair));
const QUERY = /^(q|literal)=/;
const POSITION = /^(page|more)=/; // dropped when the list changes: it restarts at page 1
const isQuery = (pair) => QUERY.test(pair);
const isPosition = (pair) => POSITION.test(pair);

// The pairs of the pending request. Unchanged words are taken from the URL, which has the canonical form.
function pendingPairs() {
  const pairs = pairsOf(new FormData(byId("search")));
  if (field().value !== field().defaultValue) return pairs;
  return [...listPairs().filter(isQuery), ...pairs.filter((pair) => !isQuery(pair))];
}

const listPairs = () => pairsOf(location.search);

function setHiddenInputs(pairs) {
  for (const input of document.querySelectorAll("input[form=search]")) input.remove();
  const chosen = pairs.filter((pair) => !isQuery(pair) && !isPosition(pair)).join("&");
  for (const [name, value] of new URLSearchParams(chosen)) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    input.setAttribute("form", "search");
    byId("results").append(input);
  }
}

// The pairs that a link replaces as a whole. Any other link adds or removes one pair.
function replacedBy(link) {
  if (link.matches(".orders a")) return /^sort=/;
  return link.matches(".chips-clear") ? /^(?!q=|sort=)/ : /^$/;
}

// Apply a link made for the list on the page to the pending request instead.
function applyToPending(linkPairs, replaced) {
  const list = listPairs().filter((pair) => !isPosition(pair));
  const start = pendingPairs();
  if (start.length === list.length && start.every((pair) => list.includes(pair))) return linkPairs;
  const target = linkPairs.filter((pair) => !isPosition(pair));
  const isRemoved = (pair) => list.includes(pair) && !target.includes(pair);
  const remaining = start.filter((pair) => !isRemoved(pair) && !replaced.test(pair));
  const added = target.filter((pair) => !list.includes(pair) || replaced.test(pair));
  return [...new Set([...remaining, ...added])];
}

function setYears(body) {
  const pairs = applyToPending(pairsOf(body), /^(year|from|to)=/);
  for (const name of [...body.keys()]) body.delete(name);
  for (const [name, value] of new URLSearchParams(pairs.join("&"))) body.append(name, value);
  setHiddenInputs(pairs);
}

// Keep what the visitor opened or closed while waiting for the response. This happens during the
// swap, because htmx:after:swap may fire after the next click.
const FOLDS = ["facets", "sort", "export"];
let openAbstracts = [];
let openFolds = [];
let expandedAuthors = []; // ids of the items that show all authors
let wholeFacets = []; // those that list all their values: letters to find them, scroll position
let itemCount = 0;
let focusedId = "";
let isTyped = false; // whether the list answers the search field, not a choice

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "results" && ctx.response.status < 400) field().defaultValue = ctx.words;
  openAbstracts = openSlugs();
  itemCount = titles().length;
  focusedId = document.activeElement.id;
  isTyped = ctx.sourceElement === byId("search");
  openFolds = FOLDS.filter((id) => byId(id)?.open);
  wholeFacets = [...document.querySelectorAll("#facets .find")].map((form) => (
    { id: form.id, find: form.find.value, scrolled: form.nextElementSibling.scrollTop }
  ));
  // Do not scroll an open panel when a list becomes short.
  document.body.style.minHeight = openFolds.includes("facets") ? `${scrollY + innerHeight}px` : "";
  expandedAuthors = [...document.querySelectorAll(".publication:has(.authors-all[open])")].map(({ id }) => id);
});

document.addEventListener("htmx:before:settle", ({ detail: { task } }) => {
  if (task.target === document.body) return; // Back or forward: the page has its own state
  if (isTyped) foldMasthead();
  for (const id of openFolds) byId(id)?.setAttribute("open", "");
  for (const { id, find, scrolled } of task.target.id === "results" ? wholeFacets : []) {
    const form = byId(id);
    if (!form) continue;
    form.find.value = find;
    form.nextElementSibling.scrollTop = scrolled;
  }
  for (const id of expandedAuthors) byId(id)?.querySelector(".authors-all")?.setAttribute("open", "");
  for (const abstract of document.querySelectorAll(".abstract")) {
    abstract.open = openAbstracts.includes(abstract.dataset.slug);
  }
});

// ---- Announce the result to screen readers in one sentence, once the visitor pauses.

let announcement;

function announce(text) {
  clearTimeout(announcement);
  announcement = setTimeout(() => { byId("status").textContent = text(); }, ANNOUNCE_AFTER);
}

document.addEventListener("input", (event) => {
  if (event.target !== field()) return;
  clearTimeout(announcement);
  byId("status").textContent = "";
});

document.addEventListener("htmx:before:request", ({ detail: { ctx } }) => {
  if (isList(ctx.target)) announce(() => document.querySelector(".search-state").textContent);
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target === document.body) initialize(); // Back or forward
  if (ctx.target?.matches(".facet")) byId(ctx.target.id).querySelector(".find-input").focus();
  if (!isList(ctx.target) || ctx.response.status >= 400) return;
  for (const form of document.querySelectorAll(`#${ctx.target.id} .find`)) {
    // Letters were typed since the request.
    if (form.find.value !== form.find.defaultValue) htmx.trigger(form, "submit");
  }
  byId("failure").replaceChildren();
  announce(() => [...document.querySelectorAll("#count, .rewritten")].map((p) => p.textContent.trim()).join(". "));
  if (document.activeElement !== document.body) return;
  // The followed link may be gone: move the focus to the start of the new content.
  const start = byId(focusedId) ?? (ctx.target.id === "rest" ? titles()[itemCount] : byId("results"));
  start.focus({ preventScroll: true });
});

// ---- When a request fails, keep the content and offer to try again.

function showFailure({ detail: { ctx } }) {
  if (!ctx) return;
  if (ctx.target === document.body) return location.reload();
  clearTimeout(announcement);
  const inList = ctx.target.id === "results";
  const pending = inList ? pendingPairs() : [];
  if (inList) setHiddenInputs(listPairs());
  const place = inList ? byId("failure") : ctx.target;
  place.querySelector(".failure-notice")?.remove();
  place.append(byId("failure-template").content.cloneNode(true));
  place.querySelector(".retry").addEventListener("click", () => {
    place.querySelector(".failure-notice").remove();
    if (inList) {
      setHiddenInputs(pending);
      field().focus();
    }
    htmx.trigger(ctx.sourceEvent.target, ctx.sourceEvent.type);
  });
}

document.addEventListener("htmx:error", showFailure);
document.addEventListener("htmx:response:error", showFailure);

// ---- A search folds the masthead into one line. A choice leaves it as it is: what is under the
// pointer must not move. On touch screens the focused field is at the top.

const isTouch = matchMedia("(pointer: coarse)");

function foldMasthead() {
  document.querySelector(".masthead").toggleAttribute("data-searched", byId("results").matches("[data-searched]"));
  showResults();
}

// Show the start of the results. The field may be sticky: it is always in view.
function showResults() {
  const { top } = byId("main").getBoundingClientRect();
  if (top < 0 || (isTouch.matches && document.activeElement === field())) byId("main").scrollIntoView();
}

document.addEventListener("focusin", ({ target }) => {
  if (target === field() && isTouch.matches) showResults();
});

document.addEventListener("submit", ({ target }) => {
  if (target === byId("search") && isTouch.matches) field().blur(); // hides the keyboard
});

// ---- The search field: "/" focuses it, Escape and "Clear" empty it. "x" ticks the focused item.

const shortcutsOn = () => byId("shortcuts").checked;

function clearSearch() {
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  field().focus();
}

document.addEventListener("keydown", (event) => {
  if (!field() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === field() && field().value) {
    event.preventDefault();
    clearSearch();
  } else if (shortcutsOn() && !event.target.matches("input:not([type=checkbox]), textarea, select")) {
    if (event.key === "x") event.target.closest(".publication")?.querySelector(".tick").click();
    if (event.key !== "/") return;
    event.preventDefault();
    field().focus();
    field().select();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.matches(".search-clear")) return;
  event.preventDefault();
  clearSearch();
});

// Leave links opened in a new tab or window to the browser: htmx 4.0.1 cancels the click.
// A double click follows one link: by the second click there may be another under the pointer.
document.addEventListener("click", (event) => {
  const isSecond = event.detail > 1 && event.target.closest("#results a");
  if (isSecond) event.preventDefault();
  if (isSecond || event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
}, true);

// A page restored from the back/forward cache may hold words that were never searched for.
addEventListener("pageshow", (event) => {
  if (!event.persisted || !field()) return;
  field().value = new URLSearchParams(location.search).get("q") ?? "";
  setHiddenInputs(listPairs());
  byId("failure").replaceChildren();
});

// ---- The selection. Its script is loaded with the first tick, or if the browser has a selection.

function loadSelection(use) {
  import("./selection.js").then(use);
}

document.addEventListener("change", ({ target }) => {
  const { name, value, checked } = target;
  if (name === "of") loadSelection(({ tick }) => tick(value, checked));
});

document.addEventListener("click", (event) => {
  const button = event.target.closest(".select-all");
  if (!button) return;
  event.preventDefault();
  loadSelection(({ selectAll }) => selectAll(button));
});

// ---- Stored choices. Where storage is blocked, a choice lasts for this page.

function store(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch { /* blocked */ }
}

document.addEventListener("change", ({ target }) => {
  if (target === byId("shortcuts")) store(SHORTCUTS, shortcutsOn() ? "on" : "off");
  if (target.matches(".citation-choice input")) store(STYLE, target.value);
});

// ---- Set up each page.

function initialize() {
  try {
    if (byId("shortcuts")) byId("shortcuts").checked = localStorage.getItem(SHORTCUTS) !== "off";
    if (localStorage.octavoEditor) import("./editor-bar.js"); // only in browsers of editors
    const needsSelection = document.querySelector("#copy-link, [name=of]:checked"); // ticks of the browser or the server
    if (needsSelection || localStorage[`octavo:${byId("selection")?.getAttribute("action")}`]) loadSelection();
  } catch { /* storage is blocked */ }
  const back = byId("back");
  if (!back || !document.referrer) return;
  const from = new URL(document.referrer);
  if (from.origin === location.origin && from.pathname === back.pathname) back.href = from.href;
}

initialize();

// Start htmx now: by default it starts later, and clicks until then would be lost.
window.htmx?.initialize();
