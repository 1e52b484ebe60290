"""What Beat costs with many schedules stored, beside the stock DatabaseScheduler of django-celery-beat.

Both run as the process they are, `celery beat`, over databases of the same PostgreSQL and one Valkey.
Measured are the start, a tick with nothing due, one user's change, and the memory, in rounds that go through
all sizes of both, so that a busy machine is as bad for all; the medians count. Then, at the broker, how late
reminders are that are due in the same second, ours beside the most that are stored, the stock one's alone;
and how late those are that come one by one.
"""

import argparse
import sys
from pathlib import Path

from bench.instruments import record
from bench.instruments.options import numbers
from bench.scheduling.house import house

RESULTS = Path(__file__).parent / "results" / "schedule.json"
SIZES = [1_000, 10_000, 100_000, 1_000_000]
DUE = [1_000, 10_000]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench schedule", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--sizes", type=numbers, default=SIZES, help="how many are stored: 1000,10000,…")
    parser.add_argument("--due", type=numbers, default=DUE, help="how many are due in the same second")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--patience", type=float, default=150, help="seconds the stock one gets to send")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser.parse_args()


def main() -> int:
    options = parse()
    machine = record.machine()
    with house() as servers:
        from bench.scheduling import measuring, ours  # noqa: PLC0415 - they need Django set up
        from bench.scheduling.report import Figures  # noqa: PLC0415

        ours.make_owners()
        costs = measuring.measure_costs(servers, options.sizes, options.rounds)
        largest = options.sizes[-1]
        lateness = measuring.measure_lateness(servers, options.due, options.rounds, largest, options.patience)
    figures = Figures(costs, lateness)
    figures.print()
    record.write(options.output, {**machine, "rounds": options.rounds, **figures.as_json()})
    return 0 if all(bar.is_met for bar in figures.bars()) else 1


if __name__ == "__main__":
    sys.exit(main())
