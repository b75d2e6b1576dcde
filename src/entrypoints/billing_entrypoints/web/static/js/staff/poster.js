// The page is there to be printed: ask at once. Without this script the browser's own menu does it.

window.addEventListener("load", () => window.print());
