"""What it costs to push one broadcast to many browsers, beside the usual way and beside the least possible.

Ours is the web process as it is, Daphne with its hub. The usual way is the same Daphne with a member of
RedisChannelLayer for each socket, which makes JSON of its own (`group_send`). The least possible is
`broadcast()` of the websockets library, without Django. Each has sockets of as many people who are signed in;
another process publishes, as a worker does, over one Valkey. What is measured has a core to itself, and is
charged with what it uses beyond what it uses anyway. In each round the ways take turns, so that a busy
machine is as bad for all; the medians count. Then many frames within a second, ours and the usual way.
"""

import argparse
import sys
from pathlib import Path

from bench.fanning_out.house import house
from bench.fanning_out.measuring import BURST_SOCKETS, WAYS, measure_bursts, measure_costs
from bench.fanning_out.report import Figures
from bench.instruments import record
from bench.instruments.options import numbers

RESULTS = Path(__file__).parent / "results" / "fanout.json"
SIZES = [500, 2_000, 5_000]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench fanout", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=numbers, default=SIZES, help="how many are connected: 500,2000,…")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser.parse_args()


def main() -> int:
    options = parse()
    machine = record.machine()
    with house(max(options.sizes[-1], BURST_SOCKETS), len(WAYS)) as servers:
        costs = measure_costs(servers, options.sizes, options.rounds)
        figures = Figures(costs, measure_bursts(servers))
    figures.print()
    record.write(options.output, {**machine, "rounds": options.rounds, **figures.as_json()})
    return 0 if all(bar.is_met for bar in figures.bars()) else 1


if __name__ == "__main__":
    sys.exit(main())
