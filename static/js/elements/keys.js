/**
 * Where something has `data-page-keys`, keys that stand in the `aria-keyshortcuts` of something in it press that, unless
 * somebody types or is in a list that has keys of its own. `?`, or Ctrl with /, opens the list of keys,
 * `<details data-keys>`, in which they can be switched off: what is spoken to a machine is no key.
 */
const OFF = "keys:off";

const list = document.querySelector("[data-keys]");
const area = document.querySelector("[data-page-keys]");
const areOn = list?.querySelector("[data-keys-on]");
const isTyped = (target) => target.matches("input:not([type=checkbox]), textarea, select, [contenteditable]");

if (areOn) {
  areOn.closest("[hidden]")?.removeAttribute("hidden");
  areOn.checked = !read();
  areOn.addEventListener("change", () => write(!areOn.checked));
}

document.addEventListener("keydown", (event) => {
  const { key, target, altKey, ctrlKey, metaKey } = event;
  if (event.defaultPrevented || altKey || event.repeat) return;
  const isCommand = ctrlKey || metaKey;
  if (isCommand ? key === "/" : key === "?" && area && isFree(target)) toggle();
  else if (!isCommand && /^[a-z]$/.test(key) && area && isFree(target)) press(key);
  else return;
  event.preventDefault();
});

const isFree = (target) => areOn?.checked && !isTyped(target) && !target.closest("[data-row-keys]");

function press(key) {
  area.querySelector(`[aria-keyshortcuts=${key}]`)?.click();
}

function toggle() {
  if (!list) return;
  list.open = !list.open;
  if (list.open) list.querySelector("summary").focus();
}

function read() {
  try {
    return localStorage.getItem(OFF);
  } catch {
    return null;
  }
}

function write(off) {
  try {
    if (off) localStorage.setItem(OFF, "1");
    else localStorage.removeItem(OFF);
  } catch {
    // The choice then lasts for this page.
  }
}
