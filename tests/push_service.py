"""A push service for tests, a real HTTP server that checks what it gets, and the browsers that decrypt it."""

from __future__ import annotations

import json
import os
import re
import threading
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any, Self

import http_ece
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TOPIC = re.compile(r"[A-Za-z0-9_-]{1,32}")
URGENCIES = {"very-low", "low", "normal", "high"}
LARGEST_BODY = 4096
DAY = 24 * 3600


def encode(value: bytes) -> str:
    return urlsafe_b64encode(value).rstrip(b"=").decode()


def decode(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass(frozen=True)
class Received:
    """A message as the browser's service worker gets it, and the headers it came by."""

    content: dict[str, Any]
    headers: Mapping[str, str]


@dataclass
class SubscribedBrowser:
    """Has keys of its own, and an address at the service, which answers there with `status`."""

    endpoint: str
    key: ec.EllipticCurvePrivateKey = field(
        default_factory=lambda: ec.generate_private_key(ec.SECP256R1()), repr=False
    )
    secret: bytes = field(default_factory=lambda: os.urandom(16), repr=False)
    status: int = 201
    retry_after: str = ""
    location: str = ""
    hangs: bool = False
    asked: int = 0
    received: list[Received] = field(default_factory=list)

    @property
    def fields(self) -> dict[str, str]:
        """What a page tells the server of it."""
        point = self.key.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return {"endpoint": self.endpoint, "p256dh": encode(point), "auth": encode(self.secret)}

    @property
    def shown(self) -> list[str]:
        """The titles of what it was told to show, in order."""
        return [one.content["show"]["title"] for one in self.received if "show" in one.content]

    @property
    def withdrawn(self) -> list[int]:
        """The entries that it was told to show no more, in order."""
        return [pk for one in self.received for pk in one.content.get("withdraw", [])]

    @property
    def withdrawn_summaries(self) -> list[int]:
        """The digests whose summaries it was told to show no more, in order."""
        return [pk for one in self.received for pk in one.content.get("summaries", [])]

    def decrypt(self, body: bytes) -> dict[str, Any]:
        plain = http_ece.decrypt(body, private_key=self.key, auth_secret=self.secret, version="aes128gcm")
        content: dict[str, Any] = json.loads(plain)
        return content


class PushService:
    """Takes messages of the application server with `public_key` alone; `complaints` says what was wrong."""

    def __init__(self, public_key: str) -> None:
        self.public_key = public_key
        self.browsers: dict[str, SubscribedBrowser] = {}
        self.complaints: list[str] = []
        self.released = threading.Event()
        service = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                service.take(self)

            def do_GET(self) -> None:
                service.take(self)

            def log_message(self, *_: Any) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self.origin = f"http://127.0.0.1:{self._server.server_port}"

    def subscribe(self) -> SubscribedBrowser:
        path = f"/push/{len(self.browsers)}"
        self.browsers[path] = SubscribedBrowser(self.origin + path)
        return self.browsers[path]

    def take(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers.get("Content-Length", 0)))
        browser = self.browsers.get(request.path)
        if browser is None:
            return self._answer(request, 404)
        browser.asked += 1
        if browser.hangs:
            self.released.wait(30)
        elif browser.status in {200, 201, 202}:
            return self._answer(request, self._deliver(browser, body, dict(request.headers)))
        return self._answer(request, browser.status, browser)

    def _deliver(self, browser: SubscribedBrowser, body: bytes, headers: Mapping[str, str]) -> int:
        wrong = list(self._what_is_wrong(body, headers))
        self.complaints += wrong
        if wrong:
            return 400
        browser.received.append(Received(browser.decrypt(body), headers))
        return browser.status

    def _what_is_wrong(self, body: bytes, headers: Mapping[str, str]) -> list[str]:
        checks = {
            "TTL": 0 <= int(headers.get("TTL", -1)) <= 28 * DAY,
            "Urgency": headers.get("Urgency", "normal") in URGENCIES,
            "Topic": TOPIC.fullmatch(headers.get("Topic", "none")),
            "Content-Encoding": headers.get("Content-Encoding") == "aes128gcm",
            "length": len(body) <= LARGEST_BODY,
            "Authorization": self._is_signed(headers.get("Authorization", "")),
        }
        return [f"{name} of {headers}" for name, holds in checks.items() if not holds]

    def _is_signed(self, authorization: str) -> bool:
        """VAPID (RFC 8292): by the key that the browsers subscribed with, for us, and for a day at most."""
        found = re.fullmatch(r"vapid t=([\w-]+)\.([\w-]+)\.([\w-]+), ?k=([\w-]+)", authorization)
        if found is None or found[4] != self.public_key:
            return False
        claims = json.loads(decode(found[2]))
        signature = decode(found[3])
        numbers = [int.from_bytes(half, "big") for half in (signature[:32], signature[32:])]
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), decode(self.public_key))
        signed = f"{found[1]}.{found[2]}".encode()
        key.verify(encode_dss_signature(*numbers), signed, ec.ECDSA(hashes.SHA256()))
        is_of_today = time.time() < claims["exp"] <= time.time() + DAY
        names_us = str(claims["sub"]).startswith("mailto:")
        return bool(claims["aud"] == self.origin and is_of_today and names_us)

    def _answer(
        self, request: BaseHTTPRequestHandler, status: int, browser: SubscribedBrowser | None = None
    ) -> None:
        request.send_response(status)
        if browser and browser.retry_after:
            request.send_header("Retry-After", browser.retry_after)
        if browser and browser.location:
            request.send_header("Location", browser.location)
        request.send_header("Content-Length", "0")
        request.end_headers()

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
