/** Says how many notifications are unread where a page in the background shows it: in its title, and on an app's icon. */
const bell = document.getElementById("bell");
const title = document.title;

function tell() {
  const unread = Number(bell.querySelector("[data-unread]")?.dataset.unread ?? 0);
  const words = unread ? `(${unread > 99 ? "99+" : unread}) ${title}` : title;
  if (document.title !== words) document.title = words;
  navigator.setAppBadge?.(unread).catch(() => {}); // 0 clears it; a browser may not let us
}

if (bell) {
  tell();
  new MutationObserver(tell).observe(bell, { subtree: true, childList: true, attributeFilter: ["data-unread"] });
}
