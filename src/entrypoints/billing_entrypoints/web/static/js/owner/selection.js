// The sum of the chosen bills at the foot of the list (rule 5.1). The next page says it again.
(function () {
  const form = document.getElementById("selection");
  if (!form) return;
  const boxes = Array.from(form.querySelectorAll("input[name=number]"));
  const label = form.querySelector("[data-all]");
  const all = label.querySelector("input");
  const sum = form.querySelector("[data-sum]");

  function update() {
    const chosen = boxes.filter((box) => box.checked);
    const fen = chosen.reduce((total, box) => total + Number(box.dataset.fen), 0);
    const yuan = Math.floor(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ",");
    form.querySelector("[data-total]").textContent = `¥${yuan}.${String(fen % 100).padStart(2, "0")}`;
    form.querySelector("[data-count]").textContent = `合计 已选 ${chosen.length} 笔`;
    all.checked = chosen.length === boxes.length;
  }

  all.addEventListener("change", () => {
    for (const box of boxes) box.checked = all.checked;
    update();
  });
  form.addEventListener("change", update);
  // Back from the next page, browsers may show the page as it was left, ticks and all.
  window.addEventListener("pageshow", update);
  label.hidden = sum.hidden = false;
  update();
})();
