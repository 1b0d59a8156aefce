"""How slow the machine is just now: what a second means where others use the processor too."""

from time import perf_counter, process_time

SPUN_S = 0.15


def slowness() -> float:
    """Return how many times longer than its processor time a piece of work takes here and now, 1.0 on an idle machine.

    A promise of a second is held to a second where the machine is ours, and to three where we have a third of it.
    """
    began, used = perf_counter(), process_time()
    while process_time() - used < SPUN_S:
        pass
    return max(1.0, (perf_counter() - began) / (process_time() - used))
