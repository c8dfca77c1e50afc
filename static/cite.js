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

// A citation is copied as text, and a styled one as HTML too, so that its italics survive.
async function write(element) {
  const types = { "text/plain": element.textContent };
  // A program that gets this HTML has no style sheet.
  const html = element.innerHTML.replaceAll('class="small-caps"', 'style="font-variant: small-caps"');
  if (element.matches("p")) types["text/html"] = html;
  const blobs = Object.entries(types).map(([type, text]) => [type, new Blob([text], { type })]);
  await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
}

function select(citation) {
  citation.previousElementSibling.control.checked = true; // only what is shown can be selected
  getSelection().selectAllChildren(citation.querySelector(".citation-text"));
  return document.execCommand("copy");
}

async function copy(citation) {
  try {
    await write(citation.querySelector(".citation-text"));
    return true;
  } catch {
    return select(citation); // no permission, or no secure context
  }
}

document.addEventListener("click", async ({ target }) => {
  if (!target.matches(".copy")) return;
  const status = target.closest(".citation-choice, .copy-bibtex").querySelector(".copied");
  status.textContent = "";
  const citation = target.closest(".citation") ?? document.querySelector("#cite .citation"); // BibTeX
  const copied = await copy(citation);
  status.textContent = copied ? status.dataset.copied : status.dataset.selected;
});

document.addEventListener("change", ({ target }) => {
  target.closest(".citation-choice")?.querySelector(".copied").replaceChildren();
});

document.addEventListener("htmx:after:swap", prepare);
prepare();
