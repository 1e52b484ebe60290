/**
 * Buttons inside `data-in-place` of a <live-fragment> act without leaving the page, which may hold a half-written
 * note: they are posted, and the fragment shows what became of it. Without this the page is loaded again.
 * Those of one place act one after the other, in the order in which they were pressed, as long as they are there.
 */
const PATIENCE = 15_000;
const FAILED = "That did not work. Please try again.";

const acts = new WeakMap(); // of each place that acts: what was pressed last, and when all is over

document.addEventListener("submit", (event) => {
  const { submitter, target: form } = event;
  const place = submitter?.closest("[data-in-place]");
  const fragment = place?.closest("live-fragment");
  if (!fragment) return;
  event.preventDefault();
  const url = submitter.getAttribute("formaction") ?? form.getAttribute("action");
  const body = new FormData(form, submitter);
  const words = `${url} ${new URLSearchParams(body)}`; // the same button may mean something else by now
  const before = acts.get(place);
  if (before?.words === words) return; // pressed twice
  const act = { words, over: takeTurn(before, () => carryOut(fragment, place, submitter, url, body)) };
  acts.set(place, act);
  act.over.then(() => acts.get(place) === act && acts.delete(place));
});

async function takeTurn(before, act) {
  await before?.over;
  await act();
}

async function carryOut(fragment, place, submitter, url, body) {
  if (!submitter.isConnected) return;
  place.ariaBusy = "true";
  try {
    await send(fragment, url, body);
  } catch {
    complain(place);
  }
  place.ariaBusy = null;
}

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
