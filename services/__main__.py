"""`ravi`, and `python -m services`: the command line, imported without stopping to look for garbage."""

import gc

gc.disable()  # nothing that is imported is garbage: to look for it, again and again, takes a third of the start

from services.command_line.main import NO_DATABASE, app, main  # noqa: E402  after the line above, or it is for nothing

gc.freeze()
gc.enable()

__all__ = ["NO_DATABASE", "app", "main"]

if __name__ == "__main__":
    main()
