// Menus are <details>; they close when something else is clicked, and with Escape.

function openMenus() {
  return document.querySelectorAll("details.menu[open]");
}

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// On a narrow screen the navigation folds; its link to #navigation works without this.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-navigation]");
  if (!button) return;
  event.preventDefault();
  const open = document.getElementById("navigation").classList.toggle("is-open");
  button.setAttribute("aria-expanded", String(open));
});

// The panel of further filters.
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-filter-toggle]");
  if (!button) return;
  const closed = document.getElementById("filters").classList.toggle("is-closed");
  button.setAttribute("aria-expanded", String(!closed));
});
