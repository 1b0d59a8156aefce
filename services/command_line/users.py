"""`ravi user`: who may come in on a local system, and how to shut somebody out at once."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Annotated, Any

import typer
from sqlmodel.ext.asyncio.session import AsyncSession

from services.command_line.wiring import prepare
from services.shared.errors import Refused
from services.shared.event_log import Cause
from services.shared.local_users import is_stamped, list_users, remove_user, take_role
from services.shared.service import Tools
from services.shared.settings import read_settings
from services.shared.sign_ins import end_all_sign_ins
from services.shared.transactions import Work, transaction

user_app = typer.Typer(no_args_is_help=True, help="Who may come in, and how to shut somebody out at once.")
AsJson = Annotated[bool, typer.Option("--json", help="print the result as JSON")]
Name = Annotated[str, typer.Argument(help="the user's name")]
Result = dict[str, Any]
Change = Callable[[Work, Tools], Awaitable[Result]]


def _change(change: Change) -> Result:
    """Return what came of a change, kept with its history in one transaction."""
    tools = prepare(read_settings())

    async def make() -> Result:
        try:
            async with transaction(tools.people, tools.clock, Cause("platform", "command line", "user")) as work:
                return await change(work, tools)
        except Refused as refusal:
            raise ValueError(str(refusal)) from None
        finally:
            await tools.people.close()

    return asyncio.run(make())


def _tell(result: Result, words: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(result) if as_json else words)


async def _shut_out(work: Work, tools: Tools, name: str) -> int:
    ended = await end_all_sign_ins(work, name, tools.clock.now())
    work.note(f"user/{name}", "sign-ins ended", sign_ins=ended)
    return ended


@user_app.command("list")
def list_command(as_json: AsJson = False) -> None:
    """Print the users of this system with their roles; "not ours" marks a row that this system did not make."""

    async def look(session: AsyncSession, tools: Tools) -> Result:
        users = await list_users(session)
        listed = [{"name": each.name, "roles": each.roles, "ours": is_stamped(each, tools.stamps)} for each in users]
        return {"users": listed}

    result = _change(look)
    lines = [
        f"{each['name']:<24} {', '.join(each['roles'])}{'' if each['ours'] else '  not ours'}"
        for each in result["users"]
    ]
    _tell(result, "\n".join(lines) or "there are no users", as_json=as_json)


@user_app.command("remove")
def remove_command(
    name: Annotated[str, typer.Argument(help="the user's name")] = "",
    everyone: Annotated[bool, typer.Option("--all", help="every local user, as before production")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a user for good, and end every session and token of theirs at once."""
    if bool(name) == everyone:
        raise typer.BadParameter("give one name, or --all")

    async def remove(work: Work, tools: Tools) -> Result:
        names = [user.name for user in await list_users(work)] if everyone else [name]
        ended = 0
        for each in names:
            await remove_user(work, each, tools.clock.now(), tools.stamps)
            work.note(f"user/{each}", "removed")
            ended += await _shut_out(work, tools, each)
        return {"removed": names, "sign_ins_ended": ended}

    result = _change(remove)
    words = f"removed {', '.join(result['removed']) or 'nobody'}; {result['sign_ins_ended']} sign-ins ended"
    _tell(result, words, as_json=as_json)


@user_app.command("take-role")
def take_role_command(
    name: Name, role: Annotated[str, typer.Argument(help="the role to take away")], as_json: AsJson = False
) -> None:
    """Take a role away from a user: their next request is without it."""

    async def take(work: Work, tools: Tools) -> Result:
        await take_role(work, name, role, tools.stamps)
        work.note(f"user/{name}", "role taken away", role=role)
        return {"name": name, "role_taken_away": role}

    _tell(_change(take), f"{name} does not have the role {role} any more", as_json=as_json)


@user_app.command("end-sign-ins")
def end_sign_ins_command(name: Name, as_json: AsJson = False) -> None:
    """End every session and token of a person at once; they may sign in again."""

    async def end(work: Work, tools: Tools) -> Result:
        return {"name": name, "sign_ins_ended": await _shut_out(work, tools, name)}

    result = _change(end)
    _tell(result, f"{result['sign_ins_ended']} sign-ins of {name} ended", as_json=as_json)
