/** Fills in the browser's time zone at sign-up, and offers it where another one is kept. */
const zone = Intl.DateTimeFormat().resolvedOptions().timeZone ?? "";

for (const input of document.querySelectorAll("input[data-browser-zone]")) input.value = zone;

for (const button of document.querySelectorAll("button[data-use-browser-zone]")) {
  const input = document.getElementById(button.dataset.useBrowserZone);
  if (!zone || !input || input.value === zone) continue;
  button.append(zone);
  button.hidden = false;
  button.addEventListener("click", () => {
    input.value = zone;
    input.focus();
    button.hidden = true;
  });
}
