/** <button data-copy="text">: copies the text and says so, to eyes and to screen readers. */
for (const button of document.querySelectorAll("button[data-copy]")) {
  if (!navigator.clipboard) continue;
  const label = button.querySelector("[data-copy-label]");
  const words = label.textContent;
  let timer;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      label.textContent = "Copied";
    } catch {
      label.textContent = "Not copied";
    }
    clearTimeout(timer);
    timer = setTimeout(() => (label.textContent = words), 2000);
  });
}
