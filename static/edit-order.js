// The owner's order by dragging: a publication of the list is pulled by its handle to another place.
// Without this file, the handle is a link to the page with buttons for the same.
"use strict";

const FAR_ENOUGH = 5; // pixels from which on a pull is no click
const EDGE = 72; // pixels at the edges of the window where the list scrolls
const FASTEST = 18; // pixels of scrolling in a frame

const notice = document.getElementById("moved");
const status = notice.querySelector("[role=status]");
const itemOf = (handle) => handle.closest(".edit-item");
const handles = () => [...document.querySelectorAll("#results .edit-handle")];
const isFirstPage = () => !new URLSearchParams(location.search).has("page");

let drag = null; // {item, startX, startY, y, isMoving, next}
let isClickOfDrag = false;

function say(text) {
  notice.replaceChildren(status);
  status.textContent = text;
}

// ---- Where the publication would be: before `next`; null at the end of the page.

function findNext(item, y) {
  const others = handles().map(itemOf).filter((other) => other !== item);
  const middle = ({ top, bottom }) => (top + bottom) / 2;
  const at = others.findIndex((other) => middle(other.getBoundingClientRect()) > y);
  // What comes before the first of a later page is not known here.
  return others[at === 0 && !isFirstPage() ? 1 : at] ?? null;
}

const lastItem = () => handles().map(itemOf).at(-1);

function mark(next) {
  for (const marked of document.querySelectorAll(".edit-here, .edit-below")) {
    marked.classList.remove("edit-here", "edit-below");
  }
  if (next) next.classList.add("edit-here");
  else if (next === null) lastItem()?.classList.add("edit-below");
}

function follow() {
  drag.next = findNext(drag.item, drag.y);
  mark(drag.next);
}

function scroll() {
  if (!drag?.isMoving) return;
  const beyond = Math.max(drag.y - (innerHeight - EDGE), 0) || Math.min(drag.y - EDGE, 0);
  if (beyond) {
    scrollBy(0, Math.max(-FASTEST, Math.min(FASTEST, beyond / 4)));
    follow();
  }
  requestAnimationFrame(scroll);
}

// ---- Pointer: mouse, pen, finger.

// Forget the pull; return what it was. The click that follows it must not open the link.
function end() {
  const ended = drag;
  isClickOfDrag = drag.isMoving;
  drag.item.classList.remove("edit-dragged");
  mark();
  drag = null;
  return ended;
}

function cancel() {
  if (drag && end().isMoving) say(notice.dataset.cancelled);
}

addEventListener("pointerdown", (event) => {
  isClickOfDrag = false;
  const handle = event.target.closest?.(".edit-handle");
  if (!handle || !event.isPrimary || event.button || drag) return;
  drag = { item: itemOf(handle), startX: event.clientX, startY: event.clientY };
  handle.setPointerCapture(event.pointerId);
});

addEventListener("pointermove", (event) => {
  if (!drag || !event.isPrimary) return;
  drag.y = event.clientY;
  if (drag.isMoving) return follow();
  if (Math.hypot(event.clientX - drag.startX, event.clientY - drag.startY) < FAR_ENOUGH) return;
  drag.isMoving = true;
  drag.item.classList.add("edit-dragged");
  say(notice.dataset.dragging);
  follow();
  scroll();
});

addEventListener("pointerup", (event) => {
  if (!drag || !event.isPrimary) return;
  const { item, next, isMoving } = end();
  if (isMoving) place(item, next);
});

addEventListener("pointercancel", cancel);
addEventListener("scroll", () => { if (drag?.isMoving) follow(); }, { passive: true });
addEventListener("htmx:before:swap", cancel);
addEventListener("click", (event) => {
  if (isClickOfDrag) event.preventDefault();
  isClickOfDrag = false;
}, { capture: true });

// ---- Keyboard: Escape, and Alt with an arrow on a handle.

addEventListener("keydown", (event) => {
  if (event.key === "Escape") return cancel();
  const handle = event.target.closest?.(".edit-handle");
  const step = { ArrowUp: -1, ArrowDown: 2 }[event.key];
  if (!handle || !step || !event.altKey) return;
  event.preventDefault();
  const items = handles().map(itemOf);
  const at = items.indexOf(itemOf(handle)) + step;
  if (at < (isFirstPage() ? 0 : 1) || at > items.length) return;
  place(items[at - step], items[at] ?? null);
  handle.focus();
});

// ---- Saving, by the form of the page that the handle leads to.

async function place(item, next) {
  const before = item.nextSibling;
  const others = handles().map(itemOf).filter((other) => other !== item);
  const previous = others[(next ? others.indexOf(next) : others.length) - 1];
  if (item.previousElementSibling === (previous ?? null)) return say("");
  if (previous) previous.after(item);
  else next.before(item);
  const handle = item.querySelector(".edit-handle");
  const body = new URLSearchParams({
    csrf_token: document.querySelector("[name=csrf_token]").value,
    to: previous ? `after:${previous.querySelector("[name=slug]").value}` : "first",
  });
  try {
    const answer = await fetch(handle.href, { method: "POST", body });
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    const saved = answer.ok && page.querySelector(".edit-saved");
    if (!saved) return send(handle.href, body);
    say(saved.querySelector("[role=status]")?.textContent ?? saved.textContent);
    const undo = saved.querySelector("form");
    if (undo) notice.append(undo);
  } catch { // no connection
    before ? before.before(item) : item.parentNode.append(item);
    say(notice.dataset.failed);
  }
}

// Send the form as a page does, so that the browser shows why it was refused.
function send(action, fields) {
  const form = document.createElement("form");
  Object.assign(form, { action, method: "post" });
  for (const [name, value] of fields) {
    form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value }));
  }
  document.body.append(form);
  form.submit();
}
