"""The figures of two processes as those of one: what is counted is added up, and nothing appears twice."""

from prometheus_client import REGISTRY, generate_latest

from services.shared.figures import Together, own_figures
from services.shared.telemetry import CURSOR_LAG, HANDLED, HANDLER_SECONDS, STOPPED


def read(others: list[dict[str, object]]) -> dict[str, float]:
    lines = generate_latest(Together(others)).decode().splitlines()
    told = [line.rpartition(" ") for line in lines if not line.startswith("#")]
    assert len({name for name, _, _ in told}) == len(told)
    return {name: float(value) for name, _, value in told}


def test_what_both_have_counted_is_added_up_and_what_one_knows_is_told_once() -> None:
    HANDLED.labels("twice", "a.topic").inc(3)
    HANDLER_SECONDS.labels("twice", "a.topic").observe(0.2)
    STOPPED.labels("twice").set(1)
    CURSOR_LAG.labels("mine").set(7)
    theirs = own_figures()
    theirs = [each for each in theirs if each["name"] != "ravi_cursor_lag"]
    for each in theirs:
        for sample in each["samples"]:
            if sample[1].get("service") == "twice":
                sample[1] = sample[1] | {"topic": "b.topic"} if sample[1].get("le") is None else sample[1]
    alone, both = read([]), read(theirs)
    assert both['ravi_messages_handled_total{service="twice",topic="a.topic"}'] == 3
    assert both['ravi_messages_handled_total{service="twice",topic="b.topic"}'] == 3
    assert both['ravi_handler_seconds_bucket{le="+Inf",service="twice",topic="a.topic"}'] == 2
    assert both['ravi_cursor_lag{service="mine"}'] == alone['ravi_cursor_lag{service="mine"}'] == 7
    assert both["process_resident_memory_bytes"] > 1.5 * alone["process_resident_memory_bytes"]
    assert both["process_start_time_seconds"] == alone["process_start_time_seconds"]


def test_without_another_process_the_figures_are_ones_own() -> None:
    assert set(read([])) == {
        line.rpartition(" ")[0] for line in generate_latest(REGISTRY).decode().splitlines() if line[0] != "#"
    }
