"""What the steps of a test run came to."""

import re
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree as ET


@dataclass(frozen=True)
class Tally:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(self.passed + other.passed, self.failed + other.failed, self.skipped + other.skipped)

    def __str__(self) -> str:
        return f"{self.passed} passed, {self.failed} failed" + (
            f", {self.skipped} skipped" if self.skipped else ""
        )

    @classmethod
    def of_junit(cls, report: Path) -> "Tally":
        """What pytest counted; nothing when it did not come to writing its report."""
        if not report.exists():
            return cls()
        suite = ET.parse(report).getroot()[0]  # noqa: S314 -- pytest has just written it
        tests, failures, errors, skipped = (
            int(suite.attrib[name]) for name in ("tests", "failures", "errors", "skipped")
        )
        return cls(tests - failures - errors - skipped, failures + errors, skipped)

    @classmethod
    def of_node(cls, output: str) -> "Tally":
        counted = dict(re.findall(r"^\S+ (pass|fail) (\d+)$", output, re.MULTILINE))
        return cls(int(counted.get("pass", 0)), int(counted.get("fail", 0)))


@dataclass
class Report:
    """`left_out` is what this machine could not run and CI must not do without."""

    tally: Tally = field(default_factory=Tally)
    left_out: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    failed: bool = False

    def add(self, name: str, started: float, exit_code: int, tally: Tally | None = None) -> None:
        """Count a step; one that failed without a failed test counts as a failed test itself."""
        counted = tally or Tally()
        if exit_code and not counted.failed:
            counted += Tally(failed=1)
        self.failed |= exit_code != 0
        self.tally += counted
        verdict = "FAILED" if exit_code else "ok"
        seconds = time.monotonic() - started
        self.lines.append(f"{seconds:7.1f} s  {verdict:6}  {name}" + (f" ({counted})" if tally else ""))
        print(self.lines[-1], flush=True)

    def close(self, must_be_whole: bool) -> int:
        """Print the end of the run and give its exit code back."""
        print("\n".join(["", *self.lines]))
        for missing in self.left_out:
            print(f"Left out: {missing}")
        if self.left_out and must_be_whole:
            print("With CI=true nothing may be left out, so this run has failed.")
            self.tally += Tally(failed=len(self.left_out))
        if self.tally == Tally():
            print("No test ran.")
            self.failed = True
        print(self.tally, flush=True)
        return 1 if self.failed or self.tally.failed else 0
