"""Those of the product, with the bare views beside its own."""

from clock_work.settings import *  # noqa: F403

ROOT_URLCONF = "bench.asking.urls"
