const LOG_IN = "/accounts/login/";
const PATIENCE = 5000;

/** The address of the log-in page that says why one is there, and leads back to the page at `href`. */
export function logInAddress(href) {
  const { pathname, search } = new URL(href);
  return `${LOG_IN}?${new URLSearchParams({ ended: "", next: pathname + search })}`;
}

/** Whether somebody is still signed in: the log-in page leads them on. When the server does not say, nobody is. */
export async function isSignedIn(fetch = globalThis.fetch) {
  try {
    const signal = AbortSignal.timeout(PATIENCE);
    const { type } = await fetch(LOG_IN, { redirect: "manual", cache: "no-store", signal });
    return type === "opaqueredirect";
  } catch {
    return false;
  }
}
