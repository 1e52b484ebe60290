/** Browser push, as far as the pages of this browser have to do with it; the rest is in push-worker.js. */
import { bytesOf, fieldsOf, isMadeWith, stateOf } from "./lib/push-subscription.js";

const WORKER = "/push-worker.js";
const SUBSCRIPTIONS = "/notifications/subscriptions/";
const SENT = "push-subscription";
const PATIENCE = 15_000;
const LOCK = "notifications"; // as in push-worker.js
const { pushKey: key = "", pushSession: session = "" } = document.body.dataset;

export const isOffered = key !== "";
export const isSupported =
  isSecureContext &&
  ["serviceWorker", "locks"].every((name) => name in navigator) &&
  ["PushManager", "Notification"].every((name) => name in window);

/** The registration of our service worker, if this browser ever had one. */
async function registration() {
  return isSupported ? navigator.serviceWorker.getRegistration("/") : undefined;
}

export async function state() {
  const isSubscribed = Boolean(await current());
  return stateOf({ isSupported, permission: isSupported && Notification.permission, isSubscribed });
}

/** Asks for permission, so only on a click. Throws when it cannot be turned on; then nothing is. */
export async function turnOn() {
  if ((await Notification.requestPermission()) !== "granted") return;
  await navigator.serviceWorker.register(WORKER, { scope: "/" });
  const { pushManager } = await navigator.serviceWorker.ready;
  const subscription = await subscribe(pushManager);
  try {
    const { ok, status } = await send(subscription);
    if (!ok) throw new Error(`HTTP ${status}`);
  } catch (error) {
    await subscription.unsubscribe();
    throw error;
  }
}

/** What is shown goes, too. When the server does not hear of it, it learns it from the push service. */
export async function turnOff() {
  const subscription = await current();
  await subscription?.unsubscribe();
  await closeAll();
  if (subscription) await post(`${SUBSCRIPTIONS}delete/`, { endpoint: subscription.endpoint }).catch(() => {});
}

/**
 * Says that this browser is there, once in each session of the browser or of ours, so that what the server lost
 * comes back, and another person who signs in here takes it over. Removed from elsewhere, it is turned off here.
 */
export async function renew({ always = false } = {}) {
  let subscription = await current();
  if (!isOffered || !subscription || Notification.permission !== "granted") return;
  if (!isMadeWith(subscription, key)) subscription = await subscribe((await registration()).pushManager);
  const said = `${session} ${subscription.endpoint}`;
  if (!always && sessionStorage.getItem(SENT) === said) return;
  const { ok, status } = await send(subscription, { again: "on" });
  if (ok) sessionStorage.setItem(SENT, said);
  else if (status === 410) await subscription.unsubscribe();
}

/**
 * The notifications of ours that the system shows. Chromium that is asked for them while it is about to show another
 * never lists that one again, so both are done under a lock.
 */
export async function notifications() {
  const registered = await registration();
  return registered ? navigator.locks.request(LOCK, () => registered.getNotifications()) : [];
}

export async function closeAll() {
  for (const shown of await notifications()) shown.close();
}

async function current() {
  return (await registration())?.pushManager.getSubscription();
}

/** With our present key: a browser refuses another one as long as it is subscribed with the one before. */
async function subscribe(pushManager) {
  const subscription = await pushManager.getSubscription();
  if (subscription && isMadeWith(subscription, key)) return subscription;
  await subscription?.unsubscribe();
  return pushManager.subscribe({ userVisibleOnly: true, applicationServerKey: bytesOf(key) });
}

function send(subscription, fields = {}) {
  return post(SUBSCRIPTIONS, { ...fieldsOf(subscription), ...fields });
}

function post(url, fields) {
  const { value } = document.querySelector("#press [name=csrfmiddlewaretoken]");
  return fetch(url, {
    method: "POST",
    body: new URLSearchParams(fields),
    headers: { "X-CSRFToken": value },
    redirect: "manual",
    signal: AbortSignal.timeout(PATIENCE),
  });
}
