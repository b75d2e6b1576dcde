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

// The panel of further filters stays as it was when the list comes anew.
let filtersOpen = null;

function arrangeFilters() {
  const panel = document.getElementById("filters");
  if (!panel) return;
  filtersOpen ??= !panel.classList.contains("is-closed");
  panel.classList.toggle("is-closed", !filtersOpen);
  document.querySelector("[data-filter-toggle]").setAttribute("aria-expanded", String(filtersOpen));
}

document.addEventListener("click", (event) => {
  if (!event.target.closest("[data-filter-toggle]")) return;
  filtersOpen = !filtersOpen;
  arrangeFilters();
});
document.addEventListener("htmx:after:swap", arrangeFilters);
arrangeFilters();
