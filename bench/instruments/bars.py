"""What a measurement has to reach."""

import math
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Bar:
    what: str
    measured: float
    limit: float

    @property
    def is_met(self) -> bool:
        return self.measured <= self.limit

    def as_json(self) -> dict[str, Any]:
        measured = round(self.measured, 5) if math.isfinite(self.measured) else None
        return {"what": self.what, "measured": measured, "at most": self.limit, "met": self.is_met}

    def __str__(self) -> str:
        return f"{'met' if self.is_met else 'MISSED':8}{self.what}: {self.measured:.2f}, at most {self.limit}"
