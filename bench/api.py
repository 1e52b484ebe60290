"""What the REST API costs under 32 clients at once, beside a bare Django JSON view of the same server.

Daphne and PostgreSQL as they are in production; the server has a core to itself. Lists are pages of 50 of
1,000 tasks; the bare view asks for the same rows by `values()`, and knows neither tokens nor limits. In each
round all take turns, so that a busy machine is as bad for all; the medians count. Then it is looked at within
one process where the time of a list goes.
"""

import argparse
import sys
from pathlib import Path

from bench.asking.house import house
from bench.instruments import record

RESULTS = Path(__file__).parent / "results" / "api.json"
TASKS = 1_000
LOOKS = 200


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench api", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--times", type=int, default=25, help="how often each client asks in a round")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser.parse_args()


def main() -> int:
    options = parse()
    machine = record.machine()
    with house(TASKS) as servers:
        from bench.asking.layers import look  # noqa: PLC0415 - they need Django set up
        from bench.asking.measuring import BARE_LIST, LIST, asks, measure  # noqa: PLC0415
        from bench.asking.report import Figures  # noqa: PLC0415

        costs = measure(servers, options.rounds, options.times)
        layers = {name: look(asks(servers)[name], LOOKS) for name in (LIST, BARE_LIST)}
    figures = Figures(costs, layers)
    figures.print()
    record.write(options.output, {**machine, "rounds": options.rounds, **figures.as_json()})
    return 0 if all(bar.is_met for bar in figures.bars()) else 1


if __name__ == "__main__":
    sys.exit(main())
