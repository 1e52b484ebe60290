"""What travels to browsers: small JSON objects with a `topic`. Hints; the truth is in the database."""

import json
from collections.abc import Mapping
from typing import Any

GROUP = "hubs"  # of the channel layer: one member per web process


def encode(frame: Mapping[str, Any]) -> str:
    return json.dumps(frame, separators=(",", ":"), ensure_ascii=False)


HELLO = encode({"topic": "hello"})  # from now on pushes arrive
AWAY = encode({"topic": "away"})  # until further notice they don't: ask over HTTP
RESYNC = encode({"topic": "resync"})  # some may have been lost: catch up over HTTP
SESSION_MAY_HAVE_ENDED = {"topic": "reconnect"}  # for hubs alone: who is still signed in comes back
RECONNECT = encode(SESSION_MAY_HAVE_ENDED)
BEAT = encode({"topic": "beat"})
PONG = encode({"topic": "pong"})
SOMEBODY_CAME_OR_WENT = {"topic": "presence"}  # for those alone who watch that
PRESENCE = encode(SOMEBODY_CAME_OR_WENT)


def beat_with(versions: Mapping[str, str]) -> str:
    """A beat that says of some topics which version of what they are about there is."""
    return encode({"topic": "beat", "versions": versions})
