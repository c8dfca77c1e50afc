// The page to print: a button that opens the browser's dialog. Without this file, its menu does.

const button = document.querySelector("#print");
button.hidden = false;
button.addEventListener("click", () => print());
