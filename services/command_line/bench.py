"""`ravi bench`: the way to the benchmarks, which stand beside the tests and not in what is installed."""

import sys
from importlib import import_module
from pathlib import Path

import typer

CHECKOUT = Path(__file__).parents[2]
# What follows `ravi bench` is read by the benchmarks, `--help` included.
AS_IT_STANDS = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}
NOT_HERE = "the benchmarks are in a checkout, under tests/benchmarks, and this is an installation without one"


def bench(context: typer.Context) -> None:
    """Measure how fast the system does its work: match, pipeline, control, queue or start; only in a checkout."""
    if not (CHECKOUT / "tests" / "benchmarks" / "commands.py").is_file():
        raise RuntimeError(NOT_HERE)
    sys.path.insert(0, str(CHECKOUT))
    import_module("tests.benchmarks.commands").bench_app(args=context.args, prog_name="ravi bench")
