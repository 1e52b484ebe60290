/** The switch between light, dark and what the system says; the choice stays in this browser. */
const root = document.documentElement;

function choose(theme) {
  if (theme) root.dataset.theme = theme;
  else delete root.dataset.theme;
  try {
    if (theme) localStorage.setItem("theme", theme);
    else localStorage.removeItem("theme");
  } catch {
    // The choice then lasts for this page.
  }
}

for (const control of document.querySelectorAll("[data-theme-switch]")) {
  const current = control.querySelector(`input[value="${root.dataset.theme ?? ""}"]`);
  if (current) current.checked = true;
  control.addEventListener("change", (event) => choose(event.target.value));
  control.hidden = false;
}
