"""What lists, searches and pages of notes cost with 1,000 notes and with 1,000,000.

Over PostgreSQL, in this process, through the real views: one user has 1,000 notes, or 100,000, or 100,000
among 1,000,000. Words that are looked for are in a few notes of theirs, in all of theirs, or in a few of
theirs and all of everybody else's. Rounds go through all sizes, so that a busy machine is as bad for all.
"""

import argparse
import sys
from functools import partial
from pathlib import Path

from bench.instruments.house import house
from bench.instruments.options import numbers
from bench.instruments.record import machine, write
from bench.noting.measuring import measure
from bench.noting.report import Figures
from bench.noting.stock import MOST_OF_ONE, RARE_NOTES, fill

RESULTS = Path(__file__).parent / "results" / "notes.json"
SIZES = [1_000, 100_000, 1_000_000]


def parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="bin/bench notes", description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--sizes", type=numbers, default=SIZES, help="how many notes, with commas between")
    parser.add_argument(
        "--mine", type=int, default=MOST_OF_ONE, help=f"how many are one user's at most, {RARE_NOTES} or more"
    )
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--output", type=Path, default=RESULTS, help="where the figures go, as JSON")
    return parser.parse_args()


def main() -> int:
    options = parse()
    ran_on = machine()
    with house(partial(fill, most_of_one=options.mine)) as all_of_it:
        figures = Figures(measure(all_of_it, options.sizes, options.rounds))
    figures.print()
    write(options.output, {**ran_on, "database": "PostgreSQL", "rounds": options.rounds, **figures.as_json()})
    return 0 if all(bar.is_met for bar in figures.bars()) else 1


if __name__ == "__main__":
    sys.exit(main())
