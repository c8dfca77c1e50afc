// Citations: a copy button, and the style that the visitor chose last.

const STYLE = "octavo-citation"; // localStorage, written by site.js

function storedStyle() {
  try {
    return localStorage.getItem(STYLE);
  } catch {
    return null; // storage is blocked
  }
}

function prepare() {
  const style = storedStyle();
  for (const button of document.querySelectorAll(".copy[hidden]")) button.hidden = false;
  for (const choice of document.querySelectorAll(".citation-choice input")) {
    if (choice.value === style) choice.checked = true;
  }
}

function select(element) {
  getSelection().selectAllChildren(element);
  return document.execCommand("copy");
}

async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    return select(element); // no permission, or no secure context
  }
}

document.addEventListener("click", async ({ target }) => {
  if (!target.matches(".copy")) return;
  const status = target.closest(".citations").querySelector(".copied");
  status.textContent = "";
  const copied = await copy(target.closest(".citation").querySelector(".citation-text"));
  status.textContent = copied ? status.dataset.copied : status.dataset.selected;
});

document.addEventListener("htmx:after:swap", prepare);
prepare();
