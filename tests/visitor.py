"""Somebody who visits the site without a browser: cookies, forms and how long each answer took."""

import re
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar
from urllib.parse import urlencode

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(frozen=True)
class Answer:
    status: int
    text: str
    url: str
    seconds: float


class Visitor:
    def __init__(self, site: str) -> None:
        self.site = site
        self._opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(CookieJar()))

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
        began = time.monotonic()
        try:
            with self._opener.open(request, timeout=30) as answer:
                text = answer.read().decode()
                return Answer(answer.status, text, answer.url, time.monotonic() - began)
        except urllib.error.HTTPError as error:
            return Answer(error.code, error.read().decode(), error.url or "", time.monotonic() - began)
