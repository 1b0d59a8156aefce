"""`ravi`, and `python -m services`."""

import gc
import os


def main() -> None:
    """Run the command line, imported without stopping to look for garbage: there is none, and it takes a third."""
    # One thread for linear algebra: it is hardly used, and a process that has threads cannot fork its readers.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    gc.disable()
    from services.command_line.main import main as command_line  # here, or the collector would look already

    gc.freeze()
    gc.enable()
    command_line()


if __name__ == "__main__":
    main()
