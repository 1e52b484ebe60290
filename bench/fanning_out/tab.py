"""A browser's WebSocket, as cheap as it can be: what comes is compared, not decoded."""

import json
import socket
from collections.abc import Iterator

TEXT, CLOSE, PING, PONG = 1, 8, 9, 10
QUESTION = b'{"topic":"ack",'  # whether all before it has been read
UPGRADE = (
    "GET /ws/ HTTP/1.1\r\nHost: {host}\r\nOrigin: http://{host}\r\nCookie: {cookie}\r\nUpgrade: websocket\r\n"
    "Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
)


class Tab:
    def __init__(self, port: int, cookie: str, *, hears_hello: bool) -> None:
        """Asks to be let in; it is once `is_in`."""
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self.socket.sendall(UPGRADE.format(host=f"127.0.0.1:{port}", cookie=cookie).encode())
        self.socket.setblocking(False)
        self.is_in = False
        self.missing: set[bytes] = set()  # texts that it should get
        self._hears_hello = hears_hello
        self._upgraded = False
        self._rest = b""

    def read(self) -> Iterator[bytes]:
        """The texts that have come; raises ConnectionError when the server hung up."""
        data = self._rest + self.socket.recv(65536)
        if data == self._rest:
            raise ConnectionResetError("the server closed a socket")
        if not self._upgraded:
            head, complete, rest = data.partition(b"\r\n\r\n")
            if not complete:
                self._rest = data
                return
            self._enter(head)
            data = rest
        yield from self._texts(data)

    def _enter(self, head: bytes) -> None:
        if b" 101 " not in head.partition(b"\r\n")[0]:
            raise ConnectionRefusedError(head.decode(errors="replace"))
        self._upgraded = True
        self.is_in = not self._hears_hello

    def _texts(self, data: bytes) -> Iterator[bytes]:
        begin = 0
        while len(data) >= begin + 2:
            kind, length, head = data[begin] & 0xF, data[begin + 1], 2
            if length == 126:
                length, head = int.from_bytes(data[begin + 2 : begin + 4]), 4
            end = begin + head + length
            if len(data) < end:
                break
            payload = data[begin + head : end]
            begin = end
            if kind == TEXT:
                self.is_in = True
                yield payload
                if payload.startswith(QUESTION):
                    self._send(TEXT, b"ack " + json.loads(payload)["word"].encode())
            elif kind == PING:
                self._send(PONG, payload)
            elif kind == CLOSE:
                raise ConnectionResetError(f"the server closes with {int.from_bytes(payload[:2])}")
        self._rest = data[begin:]

    def _send(self, kind: int, payload: bytes) -> None:
        """As a client it has to mask, for which zeros do."""
        self.socket.send(bytes([0x80 | kind, 0x80 | len(payload), 0, 0, 0, 0]) + payload)
