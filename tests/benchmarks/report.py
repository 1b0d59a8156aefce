"""What a benchmark prints: each measure beside its own floor from the same run, as a ratio, with every run shown."""

import json
import math
import os
import platform
import statistics
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from time import monotonic, perf_counter
from typing import Any, TypeVar

T = TypeVar("T")
RATIO_IS = "how many times as long as its floor: 1 would be the least this machine needs for that work"


@dataclass(frozen=True)
class Measure:
    """One thing measured: a figure and a floor for each run. Rates rise when things go well, times fall."""

    name: str
    unit: str
    measure_is: str
    floor_is: str
    of_runs: Sequence[float]
    floor_of_runs: Sequence[float]

    @property
    def value(self) -> float:
        """Return the median over the runs."""
        return statistics.median(self.of_runs)

    @property
    def floor(self) -> float:
        """Return the median of the floor over the runs."""
        return statistics.median(self.floor_of_runs)

    @property
    def ratio(self) -> float:
        """Return how many times as long as the floor it took, whichever way the unit counts."""
        return self.floor / self.value if self.unit.endswith("/s") else self.value / self.floor

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine."""
        return {
            "measure": _rounded(self.value),
            "unit": self.unit,
            "floor": _rounded(self.floor),
            "ratio": _rounded(self.ratio),
            "measure_is": self.measure_is,
            "floor_is": self.floor_is,
            "of_each_run": [_rounded(one) for one in self.of_runs],
            "floor_of_each_run": [_rounded(one) for one in self.floor_of_runs],
        }

    def in_words(self) -> str:
        """Return one line for a person."""
        spread = f"{_rounded(min(self.of_runs))} to {_rounded(max(self.of_runs))}"
        return (
            f"{self.name:<28} {_rounded(self.value):>10} {self.unit:<12} "
            f"floor {_rounded(self.floor):>10}   ratio {_rounded(self.ratio):>8}   ({spread})"
        )


@dataclass
class Report:
    """All that one benchmark found; its first measure is the one it is known by."""

    benchmark: str
    scale: int
    scale_is: str
    runs: int
    measures: list[Measure] = field(default_factory=list)
    context: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return it for a machine: the first measure at the top, all of them by name below."""
        first = self.measures[0]
        top = {key: value for key, value in first.as_json().items() if not key.endswith("of_each_run")}
        return {
            "benchmark": self.benchmark,
            "scale": self.scale,
            "scale_is": self.scale_is,
            "runs": self.runs,
            **top,
            "ratio_is": RATIO_IS,
            "measures": {measure.name: measure.as_json() for measure in self.measures},
            "context": self.context,
            "machine": machine(),
        }

    def text(self, *, as_json: bool) -> str:
        """Return it as it is printed."""
        if as_json:
            return json.dumps(self.as_json(), ensure_ascii=False)
        lines = [f"{self.benchmark}: {self.scale:,} {self.scale_is}, medians of {self.runs} runs; ratio: {RATIO_IS}"]
        lines += [measure.in_words() for measure in self.measures]
        lines += [f"{name}: {value}" for name, value in self.context.items()]
        return "\n".join(lines)


def timed(ask: Callable[[T], None], each: Sequence[T]) -> list[float]:
    """Return the milliseconds of each call."""
    taken = []
    for one in each:
        began = perf_counter()
        ask(one)
        taken.append((perf_counter() - began) * 1000)
    return taken


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the value that so many percent do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(len(ordered) * percent / 100) - 1)]


def machine() -> dict[str, Any]:
    """Return what a figure depends on: processors, memory, how busy the machine is with other work, versions."""
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 0
    return {
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30, 1),
        "load_average": [round(each, 2) for each in os.getloadavg()],
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.machine()}",
    }


def resident_mb() -> float | None:
    """Return the memory this process holds, in MB; None where the system does not tell."""
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    except OSError:
        return None


def tell(what: str) -> None:
    """Say on stderr what is being done now."""
    print(f"  {what}", file=sys.stderr, flush=True)


class Progress:
    """Says every two seconds how far a long piece of work has got."""

    def __init__(self, what: str, of: int) -> None:
        self._what, self._of = what, of
        self._told = monotonic()

    def __call__(self, done: int) -> None:
        """Say how many are done, if it is time to."""
        if monotonic() - self._told >= 2.0:
            self._told = monotonic()
            tell(f"{self._what}: {done:,} of {self._of:,}")


def _rounded(value: float) -> float:
    """Return a figure with four digits that count, which is more than any of them is worth."""
    return float(f"{value:.4g}")
