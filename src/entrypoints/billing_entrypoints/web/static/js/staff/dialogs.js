// One native <dialog> for the whole application. A link with hx-target="#dialog" fills it; content
// in it means that it is open. Without this script the same links open whole pages.

const dialog = document.getElementById("dialog");
let changed = false;

function openOrRefresh() {
  if (!dialog.childElementCount) return;
  dialog.classList.toggle("is-wide", dialog.querySelector("[data-wide]") !== null);
  if (!dialog.open) {
    changed = false;
    dialog.showModal();
  }
  const first = dialog.querySelector("[aria-invalid=true]") ?? dialog.querySelector("[autofocus]");
  (first ?? dialog.querySelector("[data-close]"))?.focus();
}

function close() {
  if (dialog.open) dialog.close();
}

if (dialog) {
  document.addEventListener("htmx:after:swap", openOrRefresh);
  // The server asks for it, once what the dialog was for is done.
  document.addEventListener("dialog-close", close);
  dialog.addEventListener("close", () => dialog.replaceChildren());
  dialog.addEventListener("input", () => {
    changed = true;
  });
  dialog.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      close();
    }
  });
  // A click beside the dialog closes it, unless something typed, or shown this once, would be lost.
  dialog.addEventListener("pointerdown", (event) => {
    const kept = changed || dialog.querySelector("[data-keep]") !== null;
    if (event.target === dialog && !kept && isOutside(event)) close();
  });
}

function isOutside(event) {
  const box = dialog.getBoundingClientRect();
  return (
    event.clientX < box.left ||
    event.clientX > box.right ||
    event.clientY < box.top ||
    event.clientY > box.bottom
  );
}
