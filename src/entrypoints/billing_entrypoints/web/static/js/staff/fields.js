// Small comforts of single fields: the live counter, copying, the name of a chosen file, texts
// offered for a field, and the next field to mend.

function count(field) {
  const counter = document.getElementById(field.dataset.counter);
  if (!counter) return;
  // Characters as the server counts them: by code point, a line break as one.
  const length = [...field.value].length;
  counter.textContent = `${length}/${field.dataset.counterMax}`;
  counter.classList.toggle("is-over", length > Number(field.dataset.counterMax));
}

function countAll() {
  document.querySelectorAll("[data-counter]").forEach(count);
}

function toast(text, kind) {
  document.dispatchEvent(new CustomEvent("toast", { detail: { text, kind } }));
}

async function copy(button) {
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    toast("已复制", "done");
  } catch {
    toast("复制失败，请手动选择文字复制", "refused");
  }
}

function nameFile(input) {
  const shown = input.closest(".drop")?.querySelector("[data-file-name]");
  const file = input.files[0];
  if (shown && file) shown.textContent = `${file.name}（${size(file.size)}）`;
}

function size(bytes) {
  return bytes < 1024 * 1024
    ? `${Math.max(1, Math.round(bytes / 1024))} KB`
    : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

function mark(event, over) {
  const drop = event.target instanceof Element ? event.target.closest(".drop") : null;
  drop?.classList.toggle("is-over", over);
}

// Without this script the button sends the form, which takes the text as well.
function fill(button, event) {
  const field = document.getElementById(button.dataset.fill);
  if (!field) return;
  event.preventDefault();
  field.value = button.dataset.fillText;
  field.focus();
}

let mending = false;

document.addEventListener("submit", (event) => {
  mending = event.target.matches("form[data-mends]");
});
document.addEventListener("htmx:after:swap", () => {
  if (!mending) return;
  mending = false;
  document.querySelector("form[data-mends] [data-wrong]")?.focus();
});
document.addEventListener("input", (event) => {
  if (event.target.matches("[data-counter]")) count(event.target);
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".drop input[type=file]")) nameFile(event.target);
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy]");
  if (button) copy(button);
  const offer = event.target.closest("[data-fill]");
  if (offer) fill(offer, event);
});
document.addEventListener("dragover", (event) => mark(event, true));
document.addEventListener("dragleave", (event) => mark(event, false));
document.addEventListener("drop", (event) => mark(event, false));
document.addEventListener("htmx:after:swap", countAll);
countAll();
