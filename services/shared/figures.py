"""The figures of two processes as those of one: what each has counted is added up."""

from collections.abc import Iterable, Iterator
from typing import Any

from prometheus_client import REGISTRY, Metric
from prometheus_client.samples import Sample

ADDED_UP = ("counter", "histogram", "summary")
# Gauges of which each process has its share; of any other the first process knows, or only the readers do.
SHARED = ("process_resident_memory_bytes", "process_virtual_memory_bytes", "process_open_fds")
WHEN_BEGUN = "_created"


def own_figures() -> list[dict[str, Any]]:
    """Return the figures of this process, as plain values for another one."""
    return [
        {
            "name": metric.name,
            "words": metric.documentation,
            "type": metric.type,
            "samples": [[sample.name, sample.labels, sample.value] for sample in metric.samples],
        }
        for metric in REGISTRY.collect()
    ]


class Together:
    """The figures of this process and of another as Prometheus reads them: a registry of both."""

    def __init__(self, others: Iterable[dict[str, Any]]) -> None:
        self._others = {each["name"]: each for each in others}

    def collect(self) -> Iterator[Metric]:
        """Give each metric once."""
        others = dict(self._others)
        for metric in REGISTRY.collect():
            other = others.pop(metric.name, None)
            yield _together(metric, other) if other else metric
        for other in others.values():
            yield _together(Metric(other["name"], other["words"], other["type"]), other)


def _together(metric: Metric, other: dict[str, Any]) -> Metric:
    both = Metric(metric.name, metric.documentation, metric.type)
    adds = metric.type in ADDED_UP or metric.name in SHARED
    left = {(name, *sorted(labels.items())): (labels, value) for name, labels, value in other["samples"]}
    for sample in metric.samples:
        _, theirs = left.pop((sample.name, *sorted(sample.labels.items())), (None, 0.0))
        is_added = adds and not sample.name.endswith(WHEN_BEGUN)
        both.samples.append(Sample(sample.name, sample.labels, sample.value + theirs if is_added else sample.value))
    both.samples += [Sample(name, labels, value) for (name, *_), (labels, value) in left.items()]
    return both
