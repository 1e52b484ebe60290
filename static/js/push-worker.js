/**
 * The service worker: takes what the server pushes while no page is open, {"show": …, "withdraw": [ids],
 * "summaries": [ids of digests]}.
 *
 * Each push that has something to show is shown, as browsers demand of sites that may push; while a page of ours is
 * looked at, which shows it, too, that makes no sound.
 */
const INBOX = "/notifications/";
const SUBSCRIPTIONS = "/notifications/subscriptions/";
const LOCK = "notifications"; // as in push.js, which says why
const PATIENCE = 2000;

self.addEventListener("install", () => self.skipWaiting());
self.addEventListener("activate", (event) => event.waitUntil(self.clients.claim()));
self.addEventListener("push", (event) => event.waitUntil(take(event.data?.json() ?? {})));
self.addEventListener("notificationclick", (event) => event.waitUntil(open(event.notification)));
self.addEventListener("pushsubscriptionchange", (event) => event.waitUntil(subscribeAnew(event)));

async function take({ show, withdraw = [], summaries = [] }) {
  if (show) await display(show);
  const tags = [...withdraw.map((id) => `notification-${id}`), ...summaries.map((id) => `summary-${id}`)];
  await Promise.all(tags.map(close));
}

async function display({ tag, title, body, url, about, icon, timestamp, urgent = false }) {
  const data = { url: ours(url), about: about ? ours(about) : "" };
  const silent = (await pages()).some(({ visibilityState }) => visibilityState === "visible");
  const options = { body, tag, data, icon, timestamp, silent, requireInteraction: urgent };
  await alone(() => self.registration.showNotification(title, options));
}

async function close(tag) {
  for (const shown of await alone(() => self.registration.getNotifications({ tag }))) shown.close();
}

/** Not while a page asks what is shown; but one that stands still meanwhile holds up nothing. */
function alone(act) {
  return navigator.locks.request(LOCK, { signal: AbortSignal.timeout(PATIENCE) }, act).catch(act);
}

/** To a page that shows it already, which may hold half-written words; or else a new one. */
async function open(notification) {
  const { url, about } = notification.data;
  notification.close();
  const page = (await pages()).find((each) => about && pathOf(each.url) === pathOf(about));
  if (!page) return self.clients.openWindow(url);
  await page.focus();
  return fetch(url, { redirect: "manual" }); // it counts as read now
}

/** The browser gave up the address that the server knows. */
async function subscribeAnew({ oldSubscription }) {
  const { key, token } = await (await fetch(SUBSCRIPTIONS, { redirect: "error", cache: "no-store" })).json();
  const made = await self.registration.pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: key });
  const { endpoint, keys } = made.toJSON();
  await post(SUBSCRIPTIONS, token, { endpoint, p256dh: keys.p256dh, auth: keys.auth, again: "on" });
  if (oldSubscription) await post(`${SUBSCRIPTIONS}delete/`, token, { endpoint: oldSubscription.endpoint });
}

function post(url, token, fields) {
  const headers = { "X-CSRFToken": token };
  return fetch(url, { method: "POST", body: new URLSearchParams(fields), headers, redirect: "manual" });
}

function pages() {
  return self.clients.matchAll({ type: "window", includeUncontrolled: true });
}

/** An address on this site, whatever was sent. */
function ours(url) {
  const { origin, href } = new URL(url, self.location.origin);
  return origin === self.location.origin ? href : new URL(INBOX, self.location.origin).href;
}

function pathOf(url) {
  return new URL(url, self.location.origin).pathname;
}
