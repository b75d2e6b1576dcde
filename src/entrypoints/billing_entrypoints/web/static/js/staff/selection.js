// Selected rows: how many, how much, and what may be done with all of them (rule 2.4).
// The server checks every bill again; this only shows what it would say.

const money = new Intl.NumberFormat("zh-CN", { style: "currency", currency: "CNY" });
let lastClicked = null;

function boxes() {
  return [...document.querySelectorAll("[data-row-box]")];
}

function update() {
  const bar = document.querySelector("[data-batch]");
  if (!bar) return;
  const all = boxes();
  const selected = all.filter((box) => box.checked);
  for (const box of all) {
    box.closest("tr").classList.toggle("is-selected", box.checked);
  }
  const pageBox = document.querySelector("[data-page-box]");
  pageBox.checked = all.length > 0 && selected.length === all.length;
  pageBox.indeterminate = selected.length > 0 && !pageBox.checked;
  if (!pageBox.checked) setWhole(bar, false);
  bar.classList.toggle("is-closed", selected.length === 0);
  showSum(bar, selected);
  showActions(bar, selected, pageBox.checked);
}

function isWhole(bar) {
  return bar.querySelector("[data-whole]").value === "1";
}

function setWhole(bar, whole) {
  const field = bar.querySelector("[data-whole]");
  field.value = whole ? "1" : "";
  field.disabled = !whole;
}

// What the whole filter finds; loaded after the rows, so it may be missing for a while.
function totals() {
  const { count, pending, fen, capped } = document.querySelector("[data-totals]")?.dataset ?? {};
  if (count === undefined || capped !== undefined) return null;
  return { count: Number(count), pending: Number(pending), fen: Number(fen) };
}

function showSum(bar, selected) {
  const { count, fen } = (isWhole(bar) && totals()) || {
    count: selected.length,
    fen: selected.reduce((sum, box) => sum + Number(box.dataset.fen), 0),
  };
  bar.querySelector("[data-batch-count]").textContent = count.toLocaleString("zh-CN");
  bar.querySelector("[data-batch-sum]").textContent = money.format(fen / 100);
}

function showActions(bar, selected, wholePage) {
  // Receipts are for paid bills, everything else for pending ones: never both at once.
  const printing = selected.length > 0 && selected.every((box) => allows(box, "print"));
  const settled = printing ? 0 : selected.filter((box) => box.dataset.state !== "pending").length;
  const reason = settled
    ? `所选中有 ${settled} 笔不是待支付，不能批量操作`
    : printing
      ? ""
      : missingAction(bar, selected);
  bar.querySelector("[data-batch-reason]").hidden = !reason;
  bar.querySelector("[data-batch-reason-text]").textContent = reason;
  for (const button of bar.querySelectorAll("[data-action]")) {
    button.hidden = settled > 0 || !selected.every((box) => allows(box, button.dataset.action));
  }
  showOffer(bar, wholePage && settled === 0 && !printing && !isWhole(bar));
}

function showOffer(bar, possible) {
  const offer = bar.querySelector("[data-select-whole]");
  if (!offer) return;
  const all = totals();
  offer.hidden =
    !possible || !all || all.count <= boxes().length || all.count !== all.pending;
  if (all) {
    offer.querySelector("[data-whole-count]").textContent = all.count.toLocaleString("zh-CN");
  }
}

function missingAction(bar, selected) {
  const names = [...bar.querySelectorAll("[data-action]:not([data-action=print])")]
    .filter((button) => !selected.every((box) => allows(box, button.dataset.action)))
    .map((button) => button.textContent.trim());
  return names.length ? `所选中有第三方软件推送的缴费单，不能批量${names.join("、")}` : "";
}

function allows(box, action) {
  return box.dataset.actions.split(" ").includes(action);
}

function selectRange(from, to) {
  const all = boxes();
  const [first, last] = [all.indexOf(from), all.indexOf(to)].sort((a, b) => a - b);
  if (first < 0) return;
  for (const box of all.slice(first, last + 1)) box.checked = to.checked;
}

document.addEventListener("click", (event) => {
  const box = event.target.closest("[data-row-box]");
  if (box) {
    if (event.shiftKey && lastClicked) selectRange(lastClicked, box);
    lastClicked = box;
    update();
  }
  if (event.target.closest("[data-select-whole]")) {
    setWhole(document.querySelector("[data-batch]"), true);
    update();
  }
  if (event.target.closest("[data-select-none]")) clear();
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-page-box]")) {
    for (const box of boxes()) box.checked = event.target.checked;
    update();
  } else if (event.target.matches("[data-row-box]")) {
    update();
  }
});

function clear() {
  for (const box of boxes()) box.checked = false;
  update();
}

// What was selected has changed on the server: start again with nothing selected.
document.addEventListener("bills-changed", clear);
document.addEventListener("htmx:after:swap", update);
// The browser restores ticks when it goes back to a page.
window.addEventListener("pageshow", update);
update();
