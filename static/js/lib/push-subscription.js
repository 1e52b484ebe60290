/** The bytes of `text`, which is base64url, as keys are written. */
export function bytesOf(text) {
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Whether `subscription` was made with the key `text`; where browsers do not say, it is taken for that. */
export function isMadeWith(subscription, text) {
  const key = subscription.options?.applicationServerKey;
  if (!key) return true;
  const [own, asked] = [new Uint8Array(key), bytesOf(text)];
  return own.length === asked.length && own.every((byte, index) => byte === asked[index]);
}

/** What the server is told of `subscription`. */
export function fieldsOf(subscription) {
  const { endpoint, keys } = subscription.toJSON();
  return { endpoint, p256dh: keys.p256dh, auth: keys.auth };
}

/** "unsupported", "denied", "on" or "off". */
export function stateOf({ isSupported, permission, isSubscribed }) {
  if (!isSupported) return "unsupported";
  if (permission === "denied") return "denied";
  return isSubscribed && permission === "granted" ? "on" : "off";
}
