// Forms of editors: drafts, a warning before unsaved text is left, and the focus. Every form works
// without this file.
"use strict";

const DRAFT_AFTER = 500; // milliseconds without typing before a draft is written
const DRAFTS = "octavo-draft:"; // localStorage: the fields of a form, by its address
const SENT = "octavo-sent"; // sessionStorage: the address whose form was sent last

const form = document.querySelector("form[data-draft]");
const draftKey = form && DRAFTS + form.dataset.draft;

// ---- What an editor entered. Buttons, tokens and hidden fields are not part of it.

const fieldsOf = () => [...form.elements].filter((field) => field.matches("textarea, input:not([type=hidden])"));
const isTicked = (field) => field.type === "radio" || field.type === "checkbox";
const valueOf = (field) => (isTicked(field) ? String(field.checked && !field.disabled) : field.value);
const loadedOf = (field) => (isTicked(field) ? String(field.defaultChecked && !field.disabled) : field.defaultValue);
const entered = () => fieldsOf().map((field) => [field.name, valueOf(field)]);
const differs = () => "unsaved" in form.dataset || fieldsOf().some((field) => valueOf(field) !== loadedOf(field));

// ---- Drafts. A browser that stores nothing does without.

function stored(storage, key, value) {
  try {
    if (value === undefined) return storage.getItem(key);
    if (value === null) storage.removeItem(key);
    else storage.setItem(key, value);
  } catch { /* private windows, and a full storage */ }
  return null;
}

const writeDraft = () => stored(localStorage, draftKey, differs() ? JSON.stringify(entered()) : null);

function readDraft() {
  try {
    const draft = JSON.parse(stored(localStorage, draftKey));
    return Array.isArray(draft) && JSON.stringify(draft) !== JSON.stringify(entered()) ? draft : null;
  } catch {
    return null;
  }
}

function restore(draft) {
  const values = new Map();
  for (const [name, value] of draft) values.set(name, [...(values.get(name) || []), value]);
  for (const field of fieldsOf()) {
    const isPerson = field.name.startsWith("line:");
    const value = values.get(field.name)?.shift() ?? (isPerson ? "" : undefined);
    if (value === undefined) continue;
    if (!isTicked(field)) field.value = value;
    else if (value === "true" || !field.disabled) {
      field.checked = value === "true";
      field.disabled = false;
    }
  }
  // More people than the form has rows: the rest is pasted below them, with its marks.
  for (const [name, rest] of values) {
    const pasted = name.startsWith("line:") && form.elements[name.replace("line:", "pasted:")];
    const equal = values.get(name.replace("line:", "equal:")) || [];
    const people = rest.map((line, at) => (line && equal[at] === "true" ? `${line}*` : line));
    if (pasted && people.length) pasted.value = [...people, pasted.value].filter(Boolean).join("\n");
  }
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

function offerDraft() {
  const draft = readDraft();
  const offer = document.getElementById("draft");
  if (!draft || !offer) return;
  offer.hidden = false;
  offer.querySelector("[data-restore]").addEventListener("click", () => {
    restore(draft);
    offer.hidden = true;
    fieldsOf()[0].focus();
  });
  offer.querySelector("[data-discard]").addEventListener("click", () => {
    stored(localStorage, draftKey, null);
    offer.hidden = true;
    fieldsOf()[0].focus();
  });
}

// ---- The first problem: a line of an entry is selected, so that it can be seen.

function selectLine(area) {
  const lines = area.value.split("\n");
  const line = Math.min(Number(area.dataset.line), lines.length) - 1;
  const start = lines.slice(0, line).join("\n").length + (line ? 1 : 0);
  area.setSelectionRange(start, start + lines[line].length);
  area.scrollTop = (area.scrollHeight * line) / lines.length - area.clientHeight / 3;
}

if (document.querySelector("[data-saved]")) {
  for (const key of [draftKey, stored(sessionStorage, SENT)]) if (key) stored(localStorage, key, null);
}

if (form) {
  let timer;
  let isSent = false;
  if ("unsaved" in form.dataset) writeDraft();
  else offerDraft();
  const wrong = form.querySelector("[data-line]");
  if (wrong) selectLine(wrong);

  form.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(writeDraft, DRAFT_AFTER);
  });
  form.addEventListener("submit", () => {
    clearTimeout(timer);
    writeDraft();
    stored(sessionStorage, SENT, draftKey);
    isSent = true;
  });
  // Only changed fields are sent. The server takes the others as they are.
  form.addEventListener("formdata", ({ formData }) => {
    for (const [name, value] of [...formData]) {
      const loaded = name.startsWith("field:") && name.replace("field:", "loaded:");
      if (!loaded || value.replace(/\r\n?/g, "\n") !== form.elements[loaded]?.value) continue;
      formData.delete(name);
      formData.delete(loaded);
    }
  });
  form.addEventListener("keydown", (event) => {
    const way = { ArrowUp: "up", ArrowDown: "down" }[event.key];
    if (!way || !event.altKey) return;
    event.target.closest("li")?.querySelector(`.edit-move[value$=" ${way}"]`)?.click();
    event.preventDefault();
  });
  addEventListener("beforeunload", (event) => {
    if (!isSent && differs()) event.preventDefault();
  });
  addEventListener("pagehide", () => { if (differs()) writeDraft(); });
  addEventListener("pageshow", () => { isSent = false; });
}
