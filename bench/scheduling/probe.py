"""Both schedulers, writing down each of their ticks in the file that BENCH_TICKS names.

Between two they sleep at most BENCH_LONGEST_SLEEP seconds.
"""

import os
import time
from pathlib import Path

from django_celery_beat.schedulers import DatabaseScheduler

from bench.scheduling.ticks import Tick, append
from tasks.scheduler import Scheduler


class Probe(DatabaseScheduler):  # type: ignore[misc]
    def tick(self, *args: object, **kwargs: object) -> float:
        begun, clock, cpu = time.time(), time.perf_counter(), time.process_time()
        sleep = float(super().tick(*args, **kwargs))
        took = time.perf_counter() - clock, time.process_time() - cpu
        append(Path(os.environ["BENCH_TICKS"]), Tick(begun, *took, sleep))
        return min(sleep, float(os.environ["BENCH_LONGEST_SLEEP"]))


class Ours(Probe, Scheduler):
    pass


class Stock(Probe):
    pass
