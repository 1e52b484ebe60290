"""What a broadcast costs with 100 and with 1,000,000 users.

Over PostgreSQL, in this process: a broadcast to everybody is asked for and carried out; then people for whom
it waits come by, look at their inbox, and mark it as read; and its staff look at the list. All users have an
inbox in which an earlier broadcast stands, half of them read it. Rounds go through all sizes, so that a busy
machine is as bad for all; the medians count.
"""

import argparse
import sys
from pathlib import Path

from bench.broadcasting.measuring import measure
from bench.broadcasting.report import Figures
from bench.broadcasting.stock import fill
from bench.instruments.house import house
from bench.instruments.options import numbers
from bench.instruments.record import machine, write

RESULTS = Path(__file__).parent / "results" / "broadcast.json"
SIZES = [100, 1_000_000]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/bench broadcast", description=(__doc__ or "").partition("\n")[0]
    )
    parser.add_argument("--sizes", type=numbers, default=SIZES, help="how many users, with commas between")
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--visitors", type=int, default=5, help="in each round")
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser.parse_args()


def main() -> int:
    options = parse()
    if options.rounds * options.visitors > options.sizes[0]:
        print("everybody comes by once at most: fewer rounds, or fewer visitors", file=sys.stderr)
        return 2
    ran_on = machine()
    with house(fill) as all_of_it:
        figures = Figures(measure(all_of_it, options.sizes, options.rounds, options.visitors))
    figures.print()
    how = {"database": "PostgreSQL", "rounds": options.rounds, "visitors in each": options.visitors}
    write(options.output, {**ran_on, **how, **figures.as_json()})
    return 0 if all(bar.is_met for bar in figures.bars()) else 1


if __name__ == "__main__":
    sys.exit(main())
