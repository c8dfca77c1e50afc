// The page that shows how to embed a list: copying a line, and the height of the preview.

for (const button of document.querySelectorAll(".embed-copy")) {
  const text = button.parentElement.querySelector("textarea");
  const status = button.parentElement.querySelector(".embed-copied");
  button.hidden = false;
  button.addEventListener("click", async () => {
    text.select();
    const isCopied = await navigator.clipboard?.writeText(text.value).then(() => true, () => false);
    status.textContent = isCopied ?? false ? status.dataset.copied : status.dataset.selected;
  });
}

const preview = document.querySelector(".embed-preview");
const ask = () => preview.contentWindow.postMessage("octavo-height", location.origin);

addEventListener("message", ({ source, data }) => {
  const height = data?.octavoHeight;
  if (source === preview.contentWindow && Number.isFinite(height)) {
    preview.style.height = `${Math.ceil(height) + 2}px`;
  }
});
preview.addEventListener("load", ask);
ask();
