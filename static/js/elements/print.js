/**
 * <button data-print>: prints the page. On paper links have their addresses behind them, unless those are their words
 * already.
 */
document.documentElement.dataset.prints = "";

document.addEventListener("click", ({ target }) => {
  if (target.closest("button[data-print]")) window.print();
});

window.addEventListener("beforeprint", () => {
  for (const link of document.querySelectorAll(".prose a[href]")) {
    if (link.getAttribute("href").includes(link.textContent)) link.dataset.address = "";
  }
});
