/**
 * In a `<ul data-row-keys>` the arrows up and down, or K and J, lead from row to row, and keys that stand in the
 * `aria-keyshortcuts` of something in a row press it. When a row goes that had the focus, its neighbour has it next.
 * Slash leads to the page's search, and from there the arrow down, or from nowhere in particular J, to the first row.
 */
const LIST = "[data-row-keys]";
const STEPS = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1 };

let list;
let place = -1;

const rowsOf = (list) => [...list.children];
const focus = (row) => row?.querySelector("a")?.focus();
const isTyped = (target) => target.matches("input:not([type=checkbox]), textarea, select");
const isFirstStep = ({ key, target }) =>
  target.matches("[data-search]") ? key === "ArrowDown" : (key === "j" && target === document.body);

document.addEventListener("focusin", ({ target }) => {
  list = target.closest(LIST);
  place = list ? rowsOf(list).findIndex((row) => row.contains(target)) : -1;
});

document.addEventListener("pointerdown", ({ target }) => {
  if (!target.closest(LIST)) place = -1;
});

document.addEventListener("keydown", (event) => {
  const { key, target } = event;
  const row = target.closest(`${LIST} > li`);
  if (!row || isTyped(target) || event.ctrlKey || event.metaKey || event.altKey) return;
  if (key in STEPS) focus(STEPS[key] > 0 ? row.nextElementSibling : row.previousElementSibling);
  else if (/^[a-z]$/.test(key)) row.querySelector(`[aria-keyshortcuts=${key}]`)?.click();
  else return;
  if (key.startsWith("Arrow")) event.preventDefault();
});

document.addEventListener("keydown", (event) => {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "/" && !isTyped(event.target)) document.querySelector("[data-search]")?.select();
  else if (isFirstStep(event)) focus(document.querySelector(`${LIST} > li`));
  else return;
  if (document.querySelector("[data-search]")) event.preventDefault();
});

new MutationObserver(() => {
  if (place < 0 || document.activeElement !== document.body) return;
  const rows = list.isConnected ? rowsOf(list) : [];
  if (rows.length) focus(rows[Math.min(place, rows.length - 1)]);
  else document.getElementById("content").focus();
}).observe(document.getElementById("content"), { childList: true, subtree: true });
