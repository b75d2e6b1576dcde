// Keys for people who work in the list all day: "/" searches, "j" and "k" walk through the rows,
// "x" selects one. Single keys can be switched off in the user's menu (WCAG 2.1.4).

const SETTING = "single-keys";
const toggle = document.querySelector("[data-single-keys]");

function enabled() {
  try {
    return localStorage.getItem(SETTING) !== "off";
  } catch {
    return true;
  }
}

function typing(target) {
  return target.isContentEditable || target.matches("input:not([type=checkbox]), textarea, select");
}

function step(direction) {
  const links = [...document.querySelectorAll("[data-row-link]")];
  if (!links.length) return;
  const row = document.activeElement?.closest?.("tr");
  const here = links.findIndex((link) => link.closest("tr") === row);
  const next = here < 0 ? 0 : Math.min(links.length - 1, Math.max(0, here + direction));
  links[next].focus();
  links[next].scrollIntoView({ block: "nearest" });
}

function select() {
  document.activeElement?.closest?.("tr")?.querySelector("[data-row-box]")?.click();
}

const KEYS = {
  "/": () => document.querySelector("[data-search]")?.focus(),
  j: () => step(1),
  k: () => step(-1),
  x: select,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || !KEYS[event.key]) return;
  if (!enabled() || typing(event.target) || document.querySelector("dialog[open]")) return;
  event.preventDefault();
  KEYS[event.key]();
});

if (toggle) {
  toggle.checked = enabled();
  toggle.addEventListener("change", () => {
    try {
      localStorage.setItem(SETTING, toggle.checked ? "on" : "off");
    } catch {
      // A browser without storage keeps the keys on.
    }
  });
}
