"""`ravi rotate-master-key`: all that is sealed opens with a new master key, and no longer needs the old one."""

import json
from typing import Annotated

import typer

from services.command_line.wiring import key_tables, vault_of
from services.shared.database import database_address
from services.shared.rotation import rotate
from services.shared.settings import read_settings, refuse_unsafe


def rotate_master_key(as_json: Annotated[bool, typer.Option("--json")] = False) -> None:
    """Wrap every data key under RAVI_MASTER_KEY; the one until now is given in RAVI_MASTER_KEY_OLD.

    Run as the database's owner. It may be killed and run again: it goes on where it was.
    """
    settings = read_settings()
    refuse_unsafe(settings)
    address = database_address(settings).replace("postgresql+psycopg://", "postgresql://", 1)
    done = rotate(address, vault_of(settings).master, key_tables())
    if as_json:
        typer.echo(json.dumps(vars(done)))
    else:
        typer.echo(f"{done.anew} keys are wrapped anew, {done.before} were so already")
    if done.lost:
        raise RuntimeError(
            f"{done.lost} keys open with neither RAVI_MASTER_KEY nor RAVI_MASTER_KEY_OLD and were left as they are: if "
            "you have the key that they were wrapped by, give it in RAVI_MASTER_KEY_OLD and run this again"
        )
