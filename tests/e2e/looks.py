"""A page in light and dark, on a desk and on phones: usable by everybody, whole, no complaints."""

from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal, NamedTuple

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import BrowserContext, ConsoleMessage, Page


class Look(NamedTuple):
    scheme: Literal["light", "dark"]
    width: int

    @property
    def is_phone(self) -> bool:
        return self.width < 480


DESK = [Look("light", 1280), Look("dark", 1280)]
PHONES = [Look("light", 320), Look("dark", 375)]
# The scheme changes colours alone (`light-dark()` in our CSS), and phones differ in the room they have: what
# they show is the same, up to the name beside our sign. So all rules are asked about a desk and a phone,
# and in the other looks those about colours and about what finds no room.
ABOUT_COLOURS_AND_ROOM = ["color-contrast", "link-in-text-block", "scrollable-region-focusable"]
EXPECTED = ["status of 404", "status of 409", "status of 422"]  # which Chromium calls errors
KEEP_ANSWERS_IN_MIND = """(() => {
  window.awaited = new Set();
  const keep = (promise) => {
    awaited.add(promise);
    promise.catch(() => null).finally(() => awaited.delete(promise));
  };
  const { fetch, WebSocket } = window;
  window.fetch = (...request) => {
    const answer = fetch(...request);
    keep(answer.then((answer) => answer.clone().text()));
    return answer;
  };
  window.WebSocket = class extends WebSocket {
    constructor(...where) {
      super(...where);
      keep(new Promise((greeted) => {
        for (const type of ["message", "close"]) this.addEventListener(type, greeted, { once: true });
      }));
    }
  };
})()"""
ALL_ANSWERED = """async () => {
  while (awaited.size) {
    await Promise.allSettled(awaited);
    await new Promise((next) => setTimeout(next, 50)); // an answer may lead to the next question
  }
}"""
# Colours change by transitions, short as they are, and what inherits one changes after it. None of the rules
# that axe has switched on by itself needs the style sheets, which it would load once more.
FIND = """async (options) => {
  const changes = () => document.getAnimations().some(({ effect }) => effect.target.checkVisibility());
  for (let still = 0; still < 2; still = changes() ? 0 : still + 1) await new Promise(requestAnimationFrame);
  const { violations } = await axe.run({ resultTypes: ["violations"], preload: false, ...options });
  return violations;
}"""
SCROLLS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"


def nothing(page: Page) -> None:
    pass


def open_tab(context: BrowserContext) -> Page:
    """One for `problems_of`: a tab for each page would take three times as long."""
    tab = context.new_page()
    tab.add_init_script(KEEP_ANSWERS_IN_MIND)
    return tab


def problems_of(
    tab: Page,
    path: str,
    act: Callable[[Page], None] = nothing,
    looks: Sequence[Look] = (*DESK, *PHONES),
) -> list[str]:
    """What is wrong with the page in any of the looks, after something was done on it in the first."""
    complaints: list[str] = []

    def hear(message: ConsoleMessage) -> None:
        if message.type == "error" and not any(status in message.text for status in EXPECTED):
            complaints.append(message.text)

    tab.on("console", hear)
    take(tab, looks[0])
    tab.goto(path)
    tab.evaluate(ALL_ANSWERED)
    act(tab)
    take(tab, looks[-1])
    tab.remove_listener("console", hear)  # axe itself tries inline styles, which our policy refuses
    problems = list(_found_by_axe(tab, looks))
    return [f"{path}: {problem}" for problem in problems + complaints]


def take(page: Page, look: Look) -> None:
    page.emulate_media(color_scheme=look.scheme)
    page.set_viewport_size({"width": look.width, "height": 800})


def _found_by_axe(page: Page, looks: Sequence[Look]) -> Iterator[str]:
    page.evaluate(AXE_SCRIPT)
    for look in reversed(looks):  # the last is there already
        take(page, look)
        is_like_another = look.is_phone in [other.is_phone for other in looks[: looks.index(look)]]
        options = {"runOnly": ABOUT_COLOURS_AND_ROOM} if is_like_another else {}
        for violation in page.evaluate(FIND, options):
            if violation["impact"] in {"serious", "critical"}:
                yield f"{look.scheme}, {look.width} px: {describe(violation)}"
        if page.evaluate(SCROLLS):
            yield f"{look.scheme}, {look.width} px: it scrolls sideways"


def describe(violation: dict[str, Any]) -> str:
    first = violation["nodes"][0]
    places = ", ".join(node["html"][:120] for node in violation["nodes"][:3])
    return f"{violation['id']}: {violation['help']} ({places}). {first['failureSummary']}"
