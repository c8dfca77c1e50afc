// Lists of publications in pages of other sites: <octavo-list query="author=Ada&n=5">, which keeps
// its content (a link) until the list is there, and the height of frames with such lists.

const MAX_HEIGHT = 20000; // pixels of a frame
const site = new URL(".", import.meta.url);
const STYLE = `
.octavo ul { margin: 0; padding: 0; list-style: none; }
.octavo-item { margin-block: 0.75em; }
.octavo-group { margin: 1em 0 0.25em; font: inherit; font-weight: bold; }
.octavo-title { margin: 0; font: inherit; font-weight: bold; }
.octavo a { color: inherit; }
.octavo-title a, .octavo-authors a { text-decoration: none; }
.octavo a:hover { text-decoration: underline; }
.octavo-links { display: flex; flex-wrap: wrap; column-gap: 1em; }
.octavo-abstract summary { cursor: pointer; }
.octavo { overflow-wrap: anywhere; }`;

class List extends HTMLElement {
  static observedAttributes = ["query"];

  connectedCallback() {
    this.load();
  }

  attributeChangedCallback() {
    if (this.isConnected) this.load();
  }

  async load() {
    const query = this.getAttribute("query") ?? "";
    if (this.shown === query) return;
    this.shown = query;
    try {
      const answer = await fetch(new URL(`embed.html?${query}`, site), { credentials: "omit" });
      if (!answer.ok) return;
      const html = await answer.text();
      const list = new DOMParser().parseFromString(html, "text/html").querySelector(".octavo");
      if (list && this.shown === query) this.show(list);
    } catch { /* the site is down: the link stays */ }
  }

  show(list) {
    if (this.getAttribute("shadow") === "none") return this.replaceChildren(list);
    const sheet = new CSSStyleSheet(); // first: where there is none, the link must stay
    sheet.replaceSync(STYLE);
    const root = this.shadowRoot ?? this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.replaceChildren(list);
  }
}

if (!customElements.get("octavo-list")) customElements.define("octavo-list", List);

const frames = () => [...document.querySelectorAll("iframe")];

addEventListener("message", ({ source, data }) => {
  const height = data?.octavoHeight;
  if (!Number.isFinite(height) || height < 0 || height > MAX_HEIGHT) return;
  const frame = frames().find(({ contentWindow, src }) => contentWindow === source && src.startsWith(`${site}embed`));
  if (frame) frame.style.height = `${Math.ceil(height)}px`;
});
for (const { contentWindow } of frames()) contentWindow?.postMessage("octavo-height", "*");
