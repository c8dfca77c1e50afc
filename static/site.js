// Comfort only: every form and link of the site works without this file.
"use strict";

const ANNOUNCE_AFTER = 1000; // milliseconds without typing before a screen reader is told
const SHORTCUTS = "octavo-shortcuts"; // localStorage: "off" when the visitor wants none
const STYLE = "octavo-citation"; // localStorage: how the visitor cites, for cite.js

const byId = (id) => document.getElementById(id);
const field = () => byId("q");
const isList = (target) => ["results", "rest"].includes(target?.id); // all of it, or what follows
const titles = () => document.querySelectorAll(".publication .title a");
const openSlugs = () =>
  [...document.querySelectorAll(".abstract[open]")].map((abstract) => abstract.dataset.slug);

// ---- Opened abstracts are part of the address, and of every request for the list.

document.addEventListener("toggle", (event) => {
  if (!event.target.matches(".abstract")) return;
  const kept = location.search.slice(1).split("&").filter((pair) => pair && !pair.startsWith("open="));
  const query = [...kept, ...openSlugs().map((slug) => `open=${slug}`)].join("&");
  const search = query && `?${query}`;
  if (search !== location.search) {
    history.replaceState(history.state, "", location.pathname + search + location.hash);
  }
}, true);

document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => {
  if (!isList(ctx.target)) return;
  const { body } = ctx.request;
  ctx.words = field().value;
  if (ctx.sourceElement.matches(".years")) chooseYears(body);
  if (!body.get("q")) body.delete("q");
  for (const slug of openSlugs()) body.append("open", slug);
});

// A link to another state of the list brings that alone; around it stands how it is swapped in.
document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-swap] a, a[data-swap]");
  if (!link) return;
  const { swap } = link.closest("[data-swap]").dataset;
  const [path, query] = link.getAttribute("href").split("?");
  const pairs = stepped(pairsOf(query), decidedBy(link));
  hold(pairs);
  htmx.ajax("GET", `${path}?${pairs.join("&")}`, { source: byId("results"), event, swap });
  event.preventDefault(); // the browser follows it where htmx is not there
});

// ---- What is asked for while an answer is on its way comes together with what was asked before.
// The form has all of it: words in its field, filters and order in the hidden inputs of the list.

// The pairs of an address or a form, written in one way; "open" is no part of what is asked for.
const pairsOf = (query) =>
  new URLSearchParams(query).toString().split("&").filter((pair) => !/^(open=.*|q=|)$/.test(pair));
const isWords = (pair) => /^(q|literal)=/.test(pair);
const isPlace = (pair) => /^(page|more)=/.test(pair); // in a list: another begins at its start

// The words for which the list came are said as its address says them, which may be tidier.
function asked() {
  const pairs = pairsOf(new FormData(byId("search")));
  if (field().value !== field().defaultValue) return pairs;
  return [...shown().filter(isWords), ...pairs.filter((pair) => !isWords(pair))];
}

const shown = () => pairsOf(location.search);

function hold(pairs) {
  for (const input of document.querySelectorAll("input[form=search]")) input.remove();
  const chosen = pairs.filter((pair) => !isWords(pair) && !isPlace(pair)).join("&");
  for (const [name, value] of new URLSearchParams(chosen)) {
    const input = Object.assign(document.createElement("input"), { type: "hidden", name, value });
    input.setAttribute("form", "search");
    byId("results").append(input);
  }
}

// What a link decides, whatever was asked for before. Any other is one step.
function decidedBy(link) {
  if (link.matches(".orders a")) return /^sort=/;
  return link.matches(".chips-clear") ? /^(?!q=|sort=)/ : /^$/;
}

// Where an address leads that was made for the list shown, when one starts from what was asked for.
function stepped(linked, decided) {
  const list = shown().filter((pair) => !isPlace(pair));
  const start = asked();
  if (start.length === list.length && start.every((pair) => list.includes(pair))) return linked;
  const there = linked.filter((pair) => !isPlace(pair));
  const isKept = (pair) => there.includes(pair) || !list.includes(pair);
  const kept = start.filter((pair) => isKept(pair) && !decided.test(pair));
  const added = there.filter((pair) => !list.includes(pair) || decided.test(pair));
  return [...new Set([...kept, ...added])];
}

function chooseYears(body) {
  const pairs = stepped(pairsOf(body), /^(year|from|to)=/);
  for (const name of [...body.keys()]) body.delete(name);
  for (const [name, value] of new URLSearchParams(pairs.join("&"))) body.append(name, value);
  hold(pairs);
}

// What was opened or closed while the answer was on its way is as the visitor wants it, too. That is
// seen to while the list is swapped in: htmx:after:swap may come later than the next click.
const FOLDS = ["facets", "sort"];
let opened = [];
let unfolded = [];
let listed = []; // the ids of those items whose authors are all shown
let before = 0; // how many items there were
let focused = ""; // the id of what had the focus

document.addEventListener("htmx:before:swap", ({ detail: { ctx } }) => {
  if (ctx.target?.id === "results" && ctx.response.status < 400) field().defaultValue = ctx.words;
  opened = openSlugs();
  before = titles().length;
  focused = document.activeElement.id;
  unfolded = FOLDS.filter((id) => byId(id)?.open);
  listed = [...document.querySelectorAll(".publication:has(.authors-all[open])")].map(({ id }) => id);
});

document.addEventListener("htmx:before:settle", ({ detail: { task } }) => {
  if (task.target === document.body) return; // Back or forward: as that address has it
  for (const id of unfolded) byId(id)?.setAttribute("open", "");
  for (const id of listed) byId(id)?.querySelector(".authors-all")?.setAttribute("open", "");
  for (const abstract of document.querySelectorAll(".abstract")) {
    abstract.open = opened.includes(abstract.dataset.slug);
  }
});

// ---- What a screen reader hears: one sentence, once the visitor pauses.

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
  if (isList(ctx.target)) announce(() => "Searching…");
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (ctx.target === document.body) begin(); // Back or forward
  if (ctx.target?.matches(".facet")) byId(ctx.target.id).querySelector(".find-input").focus();
  if (!isList(ctx.target) || ctx.response.status >= 400) return;
  byId("failure").replaceChildren();
  announce(() => byId("count").textContent);
  if (document.activeElement !== document.body) return;
  // The link that was followed may be gone: go on reading from the start of what it brought.
  const start = byId(focused) ?? (ctx.target.id === "rest" ? titles()[before] : byId("results"));
  start.focus({ preventScroll: true });
});

// ---- When no answer comes, what is there stays, and the visitor can try again.

function fail({ detail: { ctx } }) {
  if (!ctx) return;
  if (ctx.target === document.body) return location.reload();
  clearTimeout(announcement);
  const inList = ctx.target.id === "results";
  const wanted = inList ? asked() : [];
  if (inList) hold(shown());
  const place = inList ? byId("failure") : ctx.target;
  place.querySelector(".failure-notice")?.remove();
  place.append(byId("failure-template").content.cloneNode(true));
  place.querySelector(".retry").addEventListener("click", () => {
    place.querySelector(".failure-notice").remove();
    if (inList) {
      hold(wanted);
      field().focus();
    }
    htmx.trigger(ctx.sourceEvent.target, ctx.sourceEvent.type);
  });
}

document.addEventListener("htmx:error", fail);
document.addEventListener("htmx:response:error", fail);

// ---- The search field: "/" goes to it, Escape and "Clear" empty it.

const shortcutsOn = () => byId("shortcuts").checked;

function clear() {
  field().value = "";
  field().dispatchEvent(new Event("input", { bubbles: true }));
  field().focus();
}

document.addEventListener("keydown", (event) => {
  if (!field() || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "Escape" && event.target === field() && field().value) {
    event.preventDefault();
    clear();
  } else if (event.key === "/" && shortcutsOn() && !event.target.matches("input:not([type=checkbox]), textarea, select")) {
    event.preventDefault();
    field().focus();
    field().select();
  }
});

document.addEventListener("click", (event) => {
  if (!event.target.matches(".search-clear")) return;
  event.preventDefault();
  clear();
});

// A link for a new tab or window is the browser's alone: htmx 4.0.1 cancels it and does nothing.
document.addEventListener("click", (event) => {
  if (event.ctrlKey || event.metaKey || event.shiftKey) event.stopPropagation();
}, true);

// A page kept by the browser may hold words that were never searched for.
addEventListener("pageshow", (event) => {
  if (!event.persisted || !field()) return;
  field().value = new URLSearchParams(location.search).get("q") ?? "";
  hold(shown());
  byId("failure").replaceChildren();
});

// ---- What is remembered; where storage is blocked, a choice holds for this page.

function remember(key, value) {
  try {
    localStorage.setItem(key, value);
  } catch { /* blocked */ }
}

document.addEventListener("change", ({ target }) => {
  if (target === byId("shortcuts")) remember(SHORTCUTS, shortcutsOn() ? "on" : "off");
  if (target.matches(".citation-choice input")) remember(STYLE, target.value);
});

// ---- What has to be set at the start of every page.

function begin() {
  try {
    if (byId("shortcuts")) byId("shortcuts").checked = localStorage.getItem(SHORTCUTS) !== "off";
  } catch { /* storage is blocked */ }
  const back = byId("back");
  if (!back || !document.referrer) return;
  const from = new URL(document.referrer);
  if (from.origin === location.origin && from.pathname === back.pathname) back.href = from.href;
}

begin();

// Left to itself, htmx begins some time after the page is there: a click before would be lost.
window.htmx?.initialize();
