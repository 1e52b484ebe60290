"""Pushing with nothing around it: `broadcast()` of the websockets library, of what comes from Redis."""

import asyncio
import os
import sys
from http import HTTPStatus

from redis.asyncio import Redis
from websockets.asyncio.server import ServerConnection, broadcast, serve
from websockets.http11 import Request, Response

from bench.fanning_out.names import EVERYBODY


def answer_health(connection: ServerConnection, request: Request) -> Response | None:
    return connection.respond(HTTPStatus.OK, "ok") if request.path == "/healthz" else None


async def main(port: int, redis_url: str) -> None:
    async with Redis.from_url(redis_url, socket_timeout=None) as redis, redis.pubsub() as pubsub:
        await pubsub.subscribe(EVERYBODY)
        await pubsub.get_message(timeout=10)  # that it is subscribed
        async with serve(
            ServerConnection.wait_closed,
            "127.0.0.1",
            port,
            compression=None,
            process_request=answer_health,
        ) as server:
            async for message in pubsub.listen():
                broadcast(server.connections, message["data"].decode())


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1]), os.environ["REDIS_URL"]))
