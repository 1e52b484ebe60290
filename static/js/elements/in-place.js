/**
 * Buttons inside `data-in-place` of a <live-fragment> act without leaving the page, which may hold a half-written
 * note: they are posted, and the fragment shows what became of it. Without this the page is loaded again.
 */
const PATIENCE = 15_000;
const FAILED = "That did not work. Please try again.";

document.addEventListener("submit", async (event) => {
  const { submitter, target: form } = event;
  const place = submitter?.closest("[data-in-place]");
  const fragment = place?.closest("live-fragment");
  if (!fragment) return;
  event.preventDefault();
  if (place.ariaBusy === "true") return;
  place.ariaBusy = "true";
  try {
    const url = submitter.getAttribute("formaction") ?? form.getAttribute("action");
    await send(fragment, url, new FormData(form, submitter));
  } catch {
    complain(place);
  }
  place.ariaBusy = null;
});

async function send(fragment, url, body) {
  const headers = { "X-Requested-With": "live-fragment" };
  const signal = AbortSignal.timeout(PATIENCE);
  const response = await fetch(url, { method: "POST", body, headers, redirect: "error", signal });
  if (response.status === 404) fragment.end();
  else if (response.ok || response.status === 422) fragment.show(await response.text());
  else throw new Error(`HTTP ${response.status}`);
  fragment.querySelector("[aria-invalid], [tabindex='-1']")?.focus();
}

function complain(place) {
  const words = place.querySelector("[role=alert]") ?? document.createElement("p");
  words.className = "field__error";
  words.role = "alert";
  words.textContent = FAILED;
  place.append(words);
}
