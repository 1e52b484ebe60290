"""How long the answers take, and what they cost the server, ours and those of a bare view in turns."""

import statistics
from dataclasses import dataclass, field

from bench.asking.crowd import Answers, Ask, ask
from bench.asking.house import House
from bench.instruments.processes import cpu_seconds

CLIENTS = 32
PAGE = 50
WARM_UP = 3  # of each client
LIST, BARE_LIST = "list of 50", "list of 50, bare view"
CREATE, BARE_CREATE = "create", "create, bare view"


@dataclass
class Costs:
    """Of each round: seconds of waiting, requests in a second, seconds of the server's CPU per request."""

    p50: list[float] = field(default_factory=list)
    p95: list[float] = field(default_factory=list)
    per_second: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)

    def add(self, answers: Answers, cpu: float) -> None:
        count = len(answers.waits)
        cuts = statistics.quantiles(answers.waits, n=20)
        self.p50.append(statistics.median(answers.waits))
        self.p95.append(cuts[-1])
        self.per_second.append(count / answers.seconds)
        self.cpu.append(cpu / count)

    def medians(self) -> dict[str, float]:
        return {name: statistics.median(samples) for name, samples in vars(self).items()}

    def as_json(self) -> dict[str, dict[str, float]]:
        return {
            name: {
                "median": round(statistics.median(samples), 5),
                "lowest": round(min(samples), 5),
                "highest": round(max(samples), 5),
            }
            for name, samples in vars(self).items()
        }


def asks(house: House) -> dict[str, Ask]:
    owner, maker = ({"Authorization": f"Bearer {each.token}"} for each in (house.owner, house.maker))
    json = {"Content-Type": "application/json"}
    later = {"kind": "reminder", "title": "Stand-up", "run_at": "2050-01-15T09:00:00Z"}
    return {
        LIST: Ask("GET", f"/api/tasks/?limit={PAGE}", 200, owner),
        BARE_LIST: Ask("GET", f"/bare/{house.owner.user}/?limit={PAGE}", 200, {}),
        CREATE: Ask("POST", "/api/tasks/", 201, maker | json, later),
        BARE_CREATE: Ask("POST", f"/bare/{house.maker.user}/", 201, json, {}),
    }


def measure(house: House, rounds: int, times: int) -> dict[str, Costs]:
    """In each round all take turns, so that a machine that is busy for a while is as bad for all."""
    costs = {name: Costs() for name in asks(house)}
    for number in range(rounds):
        for name, what in asks(house).items():
            ask(house.processes.url, what, CLIENTS, WARM_UP)
            before = cpu_seconds(house.pid)
            answers = ask(house.processes.url, what, CLIENTS, times)
            costs[name].add(answers, cpu_seconds(house.pid) - before)
        print(f"round {number + 1} of {rounds} is done", flush=True)
    return costs
