// A list as a document: buttons that print it, and that copy it with its italics.

const content = document.querySelector("#document");
const status = document.querySelector(".copied");
const buttons = { print: () => print(), copy };

async function write() {
  // A program that gets this HTML has no style sheet.
  const html = content.innerHTML.replaceAll('class="small-caps"', 'style="font-variant: small-caps"');
  const types = { "text/plain": content.innerText, "text/html": html };
  const blobs = Object.entries(types).map(([type, text]) => [type, new Blob([text], { type })]);
  await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
  return true;
}

function select() {
  getSelection().selectAllChildren(content);
  return document.execCommand("copy");
}

async function copy() {
  status.textContent = "";
  const copied = await write().catch(select); // no permission, or no secure context
  status.textContent = copied ? status.dataset.copied : status.dataset.selected;
}

for (const [id, action] of Object.entries(buttons)) {
  const button = document.getElementById(id);
  button.hidden = false;
  button.addEventListener("click", action);
}
