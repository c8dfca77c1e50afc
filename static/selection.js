// The selection: publications that a visitor ticked, stored in this browser, and the bar that shows
// them. site.js loads this file with the first tick, or if there is a selection.

const MAX = 500; // publications
const MAX_ADDRESS = 2000; // characters; a longer address has codes, as webapp/catalog/selections.py says
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CODE_LENGTH = 6;
const MODULUS = DIGITS.length ** CODE_LENGTH - 3;

const form = () => document.getElementById("selection");
const path = form().getAttribute("action");
const KEY = `octavo:${path}`; // localStorage: slugs with dots between them; read by site.js
const byClass = (name) => form().querySelector(`.${name}`);

// ---- The slugs in the order of the ticks. Other tabs may have changed them.

let slugs = []; // where storage is blocked, for this page
let cleared = []; // what "Undo" brings back
let isBlocked = false;

function read() {
  try {
    slugs = (localStorage.getItem(KEY) ?? "").split(".").filter(Boolean).slice(0, MAX);
  } catch { /* blocked */ }
  return slugs;
}

function write(changed) {
  slugs = changed;
  isBlocked = false;
  try {
    if (slugs.length) localStorage.setItem(KEY, slugs.join("."));
    else localStorage.removeItem(KEY);
  } catch {
    isBlocked = true;
  }
}

function codeOf(slug) {
  let number = 0;
  for (const sign of slug) number = (number * 256 + sign.charCodeAt(0)) % MODULUS;
  let code = "";
  for (let place = 0; place < CODE_LENGTH; place += 1) {
    code = DIGITS[number % DIGITS.length] + code;
    number = Math.floor(number / DIGITS.length);
  }
  return code;
}

export function addressOf(listed) {
  const address = listed.join(".");
  return address.length > MAX_ADDRESS ? `.${listed.map(codeOf).join("")}` : address;
}

// ---- The bar. Its texts come from the server, in the language of the site.

let loading;

async function loadBar() {
  const answer = await fetch(`${path}/bar`);
  if (!answer.ok) throw new Error(answer.status);
  const template = document.createElement("template");
  template.innerHTML = await answer.text();
  const styles = template.content.querySelector("link");
  await new Promise((resolve) => {
    styles.addEventListener("load", resolve);
    styles.addEventListener("error", resolve);
    document.head.append(styles);
  });
  return template.content.querySelector(".selection-bar");
}

async function showBar() {
  if (!slugs.length && !cleared.length && !byClass("selection-bar")) return;
  loading ??= loadBar();
  try {
    const bar = await loading;
    if (bar.parentNode !== form()) form().append(bar);
    fillBar();
  } catch {
    loading = null; // the next tick tries again
  }
}

function countLabel() {
  const { dataset } = byClass("selection-count");
  const category = new Intl.PluralRules(document.documentElement.lang).select(slugs.length);
  return dataset[category].replace("{}", slugs.length);
}

function fillBar() {
  const isEmpty = !slugs.length;
  const address = addressOf(slugs);
  byClass("selection-bar").hidden = isEmpty && !cleared.length;
  byClass("selection-count").textContent = countLabel();
  byClass("selection-show").href = `${path}?of=${address}`;
  byClass("selection-export").href = `${path}/export?of=${address}`;
  byClass("selection-show").parentNode.hidden = isEmpty;
  byClass("selection-export").parentNode.hidden = isEmpty;
  byClass("selection-clear").hidden = isEmpty;
  byClass("selection-undo").hidden = !isEmpty;
  const problem = byClass("selection-problem");
  if (isBlocked) problem.textContent = problem.dataset.blocked;
  fillSelectAll();
}

function fillSelectAll() {
  const button = byClass("select-all");
  const count = document.getElementById("count");
  const total = Number(count?.dataset.total ?? 0);
  const isShown = new URLSearchParams(location.search).get("of") === addressOf(slugs);
  button.hidden = total < 2 || (isShown && total === slugs.length);
  if (button.hidden) return;
  const text = total > MAX ? button.dataset.first : button.dataset.all;
  button.textContent = text.replace("{}", count.firstChild.data.trim());
}

// ---- The page of a selection. If it shows the visitor's own, what changes there changes it.

const shownAddress = () => document.querySelector("input[name=of][form=search]")?.value ?? "";
let shown = shownAddress();

function namesIn(address) {
  if (!address.startsWith(".")) return address.split(".").filter(Boolean);
  const byCode = new Map(slugs.map((slug) => [codeOf(slug), slug]));
  const codes = Array.from({ length: (address.length - 1) / CODE_LENGTH }, (_, place) => (
    address.substr(1 + place * CODE_LENGTH, CODE_LENGTH)
  ));
  return codes.map((code) => byCode.get(code)).filter(Boolean);
}

function follow() {
  const address = shownAddress();
  if (address === shown) return;
  if (addressOf(read()) === shown) write(namesIn(address));
  shown = address;
}

async function copyLink() {
  const status = document.querySelector(".copy-link .copied");
  status.textContent = "";
  try {
    await navigator.clipboard.writeText(location.href);
    status.textContent = status.dataset.copied;
  } catch { // no permission, or no secure context
    status.textContent = location.href;
    getSelection().selectAllChildren(status);
    document.execCommand("copy");
  }
}

document.addEventListener("click", ({ target }) => {
  if (target.id === "copy-link") copyLink();
});

// ---- Show the selection everywhere: in the ticks, in the bar, and to screen readers.

function show() {
  follow();
  read();
  const selected = new Set(slugs);
  for (const box of document.querySelectorAll(".tick[name=of]")) box.checked = selected.has(box.value);
  document.getElementById("copy-link")?.removeAttribute("hidden");
  return showBar();
}

async function change(changed, problem = "") {
  write(changed.slice(0, MAX));
  await show();
  const place = byClass("selection-problem");
  if (!place) return;
  if (!isBlocked) place.textContent = changed.length > MAX ? place.dataset.full : place.dataset[problem] ?? "";
  document.getElementById("status").textContent = countLabel();
}

export function tick(slug, isTicked) {
  const others = read().filter((other) => other !== slug);
  cleared = [];
  return change(isTicked ? [...others, slug] : others);
}

// A link has the address of its list; the button in the bar is for the list on the page.
export async function selectAll(button) {
  const list = document.getElementById("search").getAttribute("action").replace(/\/$/, "");
  const url = button.href ?? `${list}/select${location.search}`;
  const answer = await fetch(url, { headers: { "HX-Request": "true" } }).catch(() => null);
  const found = answer?.ok ? await answer.json() : [];
  cleared = [];
  await change([...new Set([...read(), ...found])], answer?.ok ? "" : "failed");
}

document.addEventListener("click", ({ target }) => {
  const isClear = target.matches(".selection-clear");
  if (!isClear && !target.matches(".selection-undo")) return;
  const before = read();
  change(isClear ? [] : cleared);
  cleared = isClear ? before : [];
  fillBar();
  byClass(isClear ? "selection-undo" : "selection-clear").focus();
});

// Enter on a tick submits the form, which knows only the ticks on the page.
document.addEventListener("submit", (event) => {
  if (!event.target.matches(".selection")) return;
  event.preventDefault();
  location.assign(`${path}?of=${addressOf(read())}`);
});

// ---- A new list, another tab, and pages that the browser restores.

document.addEventListener("htmx:before:settle", show);
document.addEventListener("htmx:after:swap", show);
addEventListener("storage", ({ key }) => { if (key === KEY || key === null) show(); });
addEventListener("pageshow", show);

show();
