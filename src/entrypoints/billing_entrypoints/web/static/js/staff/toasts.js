// Short messages in one status region. The server sends them; scripts raise a "toast" event.

const region = document.getElementById("toasts");
const template = document.getElementById("toast-template");
const STAY_MS = 6000;

function arrange(toast) {
  // A refusal stays until it was read.
  if (toast.classList.contains("toast-refused")) return;
  let timer = setTimeout(() => toast.remove(), STAY_MS);
  toast.addEventListener("pointerenter", () => clearTimeout(timer));
  toast.addEventListener("pointerleave", () => {
    timer = setTimeout(() => toast.remove(), STAY_MS);
  });
}

function show(text, kind) {
  const toast = template.content.firstElementChild.cloneNode(true);
  toast.classList.add(`toast-${kind}`);
  toast.querySelector("[data-toast-text]").textContent = text;
  region.append(toast);
}

if (region) {
  new MutationObserver((changes) => {
    for (const node of changes.flatMap((change) => [...change.addedNodes])) {
      if (node instanceof HTMLElement) arrange(node);
    }
  }).observe(region, { childList: true });
  for (const toast of region.children) arrange(toast);
  region.addEventListener("click", (event) => {
    if (event.target.closest("[data-toast-close]")) event.target.closest(".toast").remove();
  });
  document.addEventListener("toast", (event) => show(event.detail.text, event.detail.kind ?? "done"));
}
