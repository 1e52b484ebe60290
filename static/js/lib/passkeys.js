/** What browsers answer when no passkey came about, in words. */
const WORDS = {
  AbortError: "No passkey was used. Please try again.",
  InvalidStateError: "This device keeps a passkey for your account already.",
  NotAllowedError: "No passkey was used. Please try again.",
  SecurityError: "Passkeys work only where this site is reached by its name, not by a number.",
};

export function wordsFor(error) {
  return WORDS[error?.name] ?? "That did not work. Please try again.";
}

/** What to ask for so that the device offers the passkey by itself, or only once it is known whose it should be. */
export function forLogIn(options, alone) {
  const publicKey = { ...options.publicKey };
  publicKey.authenticatorSelection = {
    ...publicKey.authenticatorSelection,
    residentKey: alone ? "required" : "discouraged",
    requireResidentKey: alone,
    ...(alone && { userVerification: "required" }),
  };
  return { ...options, publicKey };
}
