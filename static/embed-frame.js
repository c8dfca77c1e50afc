// A list in a frame tells the page around it how high it is: when it is loaded, when that changes,
// and when embed.js asks.
"use strict";

const tell = () => parent.postMessage({ octavoHeight: document.documentElement.offsetHeight }, "*");

if (parent !== window) {
  new ResizeObserver(tell).observe(document.documentElement);
  addEventListener("message", ({ source, data }) => { if (source === parent && data === "octavo-height") tell(); });
}
