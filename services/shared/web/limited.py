"""Routes that one person may use only so often, so that nobody's flood becomes everybody's waiting."""

from fastapi import Request
from fastapi.params import Depends as DependsOn

from services.shared.errors import Refused
from services.shared.rates import Rate


class TooMany(Refused):
    """Somebody asks more often than people do: they are told when to ask again."""

    def __init__(self, wait_s: int) -> None:
        seconds = f"{wait_s} second{'' if wait_s == 1 else 's'}"
        super().__init__(f"too many requests came from your sign-in: try again in {seconds}", status=429)
        self.retry_after_s = wait_s


def at_most(what: str, rate: Rate) -> DependsOn:
    """Declare how often one person may use a route: `dependencies=[at_most("searches", SEARCHES)]`.

    Routes that share `what` are counted together. Who is not signed in is not counted, and is refused anyway.
    """

    async def slow_down(request: Request) -> None:
        person = request.state.person
        if person is None:
            return
        wait_s = request.app.state.tools.limits.take([((what, person.name), rate)])
        if wait_s:
            raise TooMany(wait_s)

    return DependsOn(slow_down)
