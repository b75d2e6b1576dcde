// What htmx needs from us: short addresses, and a word when the network is gone.

document.addEventListener("htmx:config:request", (event) => {
  const { request, sourceElement } = event.detail.ctx;
  if (request.method !== "GET" || !sourceElement.matches("form, form *")) return;
  for (const [name, value] of [...request.body]) {
    if (value === "") request.body.delete(name);
  }
});

document.addEventListener("htmx:error", (event) => {
  if (!event.detail.ctx) return;
  const detail = { kind: "refused", text: "网络连接不上，刚才的操作没有完成，请检查网络后再试" };
  document.dispatchEvent(new CustomEvent("toast", { detail }));
});

// Choosing from a list searches at once; without this script the button does.
document.addEventListener("change", (event) => {
  const field = event.target;
  if (field.dataset.resets) document.getElementById(field.dataset.resets).value = "";
  if (field.matches("[data-submit]")) field.form.requestSubmit();
});
