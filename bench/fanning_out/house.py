"""A database with people, Valkey, and the servers, which have one core to themselves."""

import os
import resource
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import django

from bench.fanning_out.publishing import Publishing
from bench.fanning_out.scene import Scene
from bench.fanning_out.ways import Way
from bench.instruments.processes import cores, running_on
from tests.servers import ValkeyServer, valkey_server
from tests.stack import stack

PUBLISHER_SETTINGS = "bench.fanning_out.settings"
FILES_BESIDE_SOCKETS = 500


class House:
    def __init__(self, folder: Path, valkey: ValkeyServer, server_core: set[int], people: int) -> None:
        self._folder = folder
        self._server_core = server_core
        self._environment = {
            "DATABASE_URL": f"sqlite:///{folder / 'bench.sqlite3'}",
            "REDIS_URL": valkey.url,
            "EMAIL_HOST": "127.0.0.1",
            "LOG_LEVEL": "WARNING",
        }
        with stack(folder, **self._environment) as processes:
            processes.manage("migrate", "--verbosity=0")
            os.environ.update(processes.environment, DJANGO_SETTINGS_MODULE="clock_work.settings")
        django.setup()
        from bench.fanning_out.people import make_cookies  # noqa: PLC0415 - it needs Django set up

        self._cookies = make_cookies(people)

    @contextmanager
    def scene(self, *kinds: type[Way]) -> Iterator[Scene]:
        """New servers of these kinds, and nobody connected to them yet."""
        with ExitStack() as all_of_it:
            ways = [self._start(kind, all_of_it) for kind in kinds]
            environment = {**os.environ, "DJANGO_SETTINGS_MODULE": PUBLISHER_SETTINGS}
            publishing = all_of_it.enter_context(Publishing(environment))
            yield Scene(ways, publishing, self._cookies)

    def _start(self, kind: type[Way], until: ExitStack) -> Way:
        folder = Path(tempfile.mkdtemp(prefix=f"{kind.name}-", dir=self._folder))
        way = kind(folder, **self._environment, DJANGO_SETTINGS_MODULE=kind.settings)
        until.callback(way.close)
        with running_on(self._server_core):
            way.start()
        return way


@contextmanager
def house(people: int, ways: int) -> Iterator[House]:
    """Everybody here can have a socket to each of so many servers; raises ValueError if they cannot."""
    allow_files(people * ways + FILES_BESIDE_SOCKETS)
    server_core, others = cores()
    with running_on(others), ExitStack() as all_of_it:
        folder = Path(all_of_it.enter_context(tempfile.TemporaryDirectory(prefix="clock-work-bench-")))
        valkey = all_of_it.enter_context(valkey_server())
        yield House(folder, valkey, server_core, people)


def allow_files(count: int) -> None:
    """For this process and for those it starts."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < count:
        raise ValueError(f"so many sockets need {count} open files; `ulimit -Hn` allows {hard}")
    if soft != resource.RLIM_INFINITY and soft < count:
        resource.setrlimit(resource.RLIMIT_NOFILE, (count, hard))
