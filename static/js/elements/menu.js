/**
 * Menus are <details data-menu>: they open by themselves, and close on Escape, a click beside them, leaving them, or
 * when something in them was chosen.
 */
const openMenus = () => document.querySelectorAll("details[data-menu][open]");

document.addEventListener("click", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of openMenus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of openMenus()) {
    const held = menu.contains(document.activeElement);
    menu.open = false;
    if (held) menu.querySelector("summary").focus();
  }
});

document.addEventListener("submit", ({ submitter }) => {
  const menu = submitter?.closest("details[data-menu]");
  if (!menu) return;
  menu.open = false;
  menu.querySelector("summary").focus();
});
