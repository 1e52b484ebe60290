"""Somebody who visits the site without a browser: cookies, forms and how long each answer took."""

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from typing import Any
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    url: str
    seconds: float  # of the slowest request, where one led to another


class Stopwatch(urllib.request.HTTPRedirectHandler):
    """Follows redirects and takes the time of each request."""

    def __init__(self) -> None:
        self.laps: list[float] = []
        self._began = 0.0

    def start(self) -> None:
        self.laps = []
        self._began = time.monotonic()

    def lap(self) -> None:
        now = time.monotonic()
        self.laps.append(now - self._began)
        self._began = now

    def redirect_request(self, *arguments: Any) -> urllib.request.Request | None:
        self.lap()
        return super().redirect_request(*arguments)


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        self._watch = Stopwatch()
        self._opener = urllib.request.build_opener(
            urllib.request.HTTPCookieProcessor(CookieJar()), self._watch
        )

    def get(self, path: str) -> Answer:
        return self._open(urllib.request.Request(self.site + path))

    def submit(self, path: str, *, page: str = "", **fields: str) -> Answer:
        """POST `fields` to `path` with the token of the form on `page` (by default the same path)."""
        token = TOKEN.search(self.get(page or path).text)
        if token is None:
            raise LookupError(f"there is no form on {page or path}")
        body = urlencode({**fields, "csrfmiddlewaretoken": token[1]}).encode()
        return self._open(urllib.request.Request(self.site + path, body, {"Referer": self.site + path}))

    def log_in(self, login: str, password: str) -> Answer:
        return self.submit("/accounts/login/", login=login, password=password)

    def _open(self, request: urllib.request.Request) -> Answer:
        self._watch.start()
        try:
            answer = self._opener.open(request, timeout=30)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            text = answer.read().decode()
        self._watch.lap()
        return Answer(answer.status, text, answer.url, max(self._watch.laps))
