const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** How long ago something was, in the words of Django's `naturaltime`; empty from a day on, and for the future. */
export function ago(seconds) {
  if (seconds < 0 || seconds >= DAY) return "";
  if (seconds < 1) return "now";
  if (seconds < MINUTE) return words(seconds, "a second", "seconds");
  if (seconds < HOUR) return words(seconds / MINUTE, "a minute", "minutes");
  return words(seconds / HOUR, "an hour", "hours");
}

function words(amount, one, many) {
  const count = Math.floor(amount);
  return count === 1 ? `${one} ago` : `${count}\u00a0${many} ago`;
}
