// A form that takes a while: sent once, its button turns until the answer comes. Sending it twice
// would do nothing twice, the server sees to that; this only shows that something happens.

function busy(form, on) {
  form.toggleAttribute("data-sending", on);
  for (const button of form.querySelectorAll("button[type=submit]:not([data-aside])")) {
    if (on) button.setAttribute("aria-busy", "true");
    else button.removeAttribute("aria-busy");
  }
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("form[data-busy]") || event.submitter?.hasAttribute("data-aside")) return;
  if (form.hasAttribute("data-sending") || tooLarge(form)) event.preventDefault();
  else busy(form, true);
});

// The server refuses a large file too, but only after it was sent.
function tooLarge(form) {
  const input = form.querySelector("input[type=file][data-bytes-max]");
  const file = input?.files[0];
  if (!file || file.size <= Number(input.dataset.bytesMax)) return false;
  const detail = { kind: "refused", text: input.dataset.tooLarge };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
  return true;
}

// The browser keeps a page as it was left when somebody goes back to it.
window.addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sending]")) busy(form, false);
});
