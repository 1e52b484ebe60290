/**
 * <button data-copy="text">: copies the text and says so, to eyes and to screen readers; also one that came later.
 * Where there is no clipboard, or no script, none of them is shown.
 */
const timers = new WeakMap();

if (navigator.clipboard) {
  document.documentElement.dataset.clipboard = "";
  document.addEventListener("click", ({ target }) => {
    const button = target.closest("button[data-copy]");
    if (button) copy(button, button.querySelector("[data-copy-label]"));
  });
}

async function copy(button, label) {
  label.dataset.words ??= label.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    label.textContent = "Copied";
  } catch {
    label.textContent = "Not copied";
  }
  clearTimeout(timers.get(button));
  timers.set(button, setTimeout(() => (label.textContent = label.dataset.words), 2000));
}
