"""Browsers that stopped reading, as one on a phone that went to sleep, and what they cost the server."""

import contextlib
import re
import socket
import struct
from pathlib import Path
from urllib.parse import urlsplit

from tests.stack import Stack

HANDSHAKE = """\
GET /ws/ HTTP/1.1
Host: {host}
Origin: {site}
Cookie: {cookie}
Upgrade: websocket
Connection: Upgrade
Sec-WebSocket-Version: 13
Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==

"""
PATIENCE = 20


class StalledBrowser:
    """Reads up to its hello, and nothing more before it wakes up; its own buffer holds a few kilobytes."""

    def __init__(self, site: str, cookie: str) -> None:
        address = urlsplit(site)
        self._socket = socket.socket()
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self._socket.settimeout(PATIENCE)
        self._socket.connect((address.hostname, address.port))
        handshake = HANDSHAKE.format(host=address.netloc, site=site, cookie=cookie)
        self._socket.sendall(handshake.replace("\n", "\r\n").encode())
        self._read_up_to(b'{"topic":"hello"}')

    def _read_up_to(self, end: bytes) -> None:
        read = b""
        while not read.endswith(end):
            read += self._socket.recv(1)

    def read_topics(self, count: int) -> list[str]:
        """Wake up, and read so many frames."""
        read = b""
        while read.count(b'"topic"') < count or not read.endswith(b"}"):
            read += self._socket.recv(65536)
        return re.findall(r'"topic":"([^"]+)"', read.decode(errors="replace"))

    def say(self, text: str) -> None:
        """A frame as browsers send it; the mask may be any. A line that was dropped carries nothing."""
        with contextlib.suppress(ConnectionError):
            self._socket.sendall(struct.pack("!BB4x", 0x81, 0x80 | len(text)) + text.encode())

    def wake_up(self) -> int | None:
        """Read up to the end of the line; gives the code it was closed with, if it was not just dropped."""
        read = b""
        with contextlib.suppress(ConnectionResetError):
            while chunk := self._socket.recv(65536):
                read = read[-4:] + chunk
                if closing := re.search(rb"\x88\x02(..)", read, re.DOTALL):
                    return int.from_bytes(closing[1])
        return None

    def close(self) -> None:
        self._socket.close()


class Memory:
    """Of the web process, in megabytes."""

    def __init__(self, processes: Stack) -> None:
        self._status = Path(f"/proc/{processes.processes['web'].pid}/status")
        self._before = self._read("VmRSS")

    @property
    def most_on_top(self) -> float:
        """How far it rose above what it was in the beginning."""
        return self._read("VmHWM") - self._before

    def _read(self, name: str) -> float:
        found = re.search(rf"{name}:\s+(\d+) kB", self._status.read_text())
        assert found is not None
        return int(found[1]) / 1024
