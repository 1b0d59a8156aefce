"""The page of files: what the last ones did, a file to load, and the refused lines that wait to be mended."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath
from typing import Annotated

from fastapi import APIRouter, File, Path, Request, Response, UploadFile

from services.protection.gateways.csv_files import read_feed_file
from services.protection.handlers.feeding import Fed, cause_of_feed, feed, set_line_aside, try_again
from services.protection.pages.forms import code_in, render_form
from services.protection.pages.lists import may_write
from services.protection.rules.feeds import NEEDED, OTHERS, FeedKind, reasons_to_refuse_source
from services.protection.rules.records import PROTECTION
from services.protection.rules.rights import READERS, WRITERS
from services.protection.store.loads import Load
from services.protection.views.lists import files_page
from services.shared.errors import FieldReason, NotFound, Refused
from services.shared.identity import Person, may
from services.shared.service import Tools
from services.shared.web.acting import acting
from services.shared.web.forms import Code, Typed
from services.shared.web.notices import redirect
from services.shared.web.paging import PageNumber

HERE = "/protection/files"
NO_FILE = "choose the file: CSV with a header"
LONGEST_NAME = 120
Number = Annotated[int, Path(ge=1, le=2**62)]


def done_words(load: Load, over: Sequence[str] = ()) -> str:
    """Return what became of the lines of a file, and which columns of it were passed over."""
    said = f"{load.new} new, {load.changed} changed, {load.same} the same as before, {load.refused} refused."
    below = " What is wrong with those stands below." if load.refused else ""
    columns = f" No such column, passed over: {', '.join(over)}." if over else ""
    return f"{load.name}: {said}{below}{columns}"


def files_router(tools: Tools) -> APIRouter:
    """Return the page of files, and what its forms do."""
    router = APIRouter(prefix=HERE, tags=["protection"], include_in_schema=False)

    async def show(
        request: Request,
        person: Person,
        page: int = 1,
        typed: Mapping[str, str] | None = None,
        why: Refused | None = None,
    ) -> Response:
        found = await files_page(tools, page)
        return render_form(
            request,
            "protection/files.html",
            why,
            typed or {},
            found=found,
            kinds=list(FeedKind),
            needed=NEEDED,
            others=OTHERS,
            writes=may_write(person),
        )

    @router.get("")
    async def show_files(request: Request, page: PageNumber = 1, person: Person = may(*READERS)) -> Response:
        """Show what the last files did, and the lines that wait."""
        return await show(request, person, page)

    @router.post("")
    async def load_file(
        request: Request,
        file: Annotated[UploadFile | None, File()] = None,
        source: Code = "",
        person: Person = may(*WRITERS),
    ) -> Response:
        """Load a file: its good lines are taken, each bad one is kept with what is wrong with it."""
        try:
            load, over = await _loaded(tools, file, source, person, request.state.correlation_id)
        except Refused as refused:
            return await show(request, person, 1, {"source": source}, refused)
        return redirect(request, HERE, done_words(load, over), "information" if load.refused or over else "success")

    @router.post("/again")
    async def load_again(
        request: Request, kind: Code = "", source: Code = "", person: Person = may(*WRITERS)
    ) -> Response:
        """Try the refused lines of a source once more."""
        wanted = code_in(FeedKind, kind)
        if wanted is None:
            raise NotFound("there is no such kind of file")
        async with acting(PROTECTION, tools, person, request) as work:
            load = await try_again(work, wanted, source, person.name)
        return redirect(request, HERE, done_words(load), "information" if load.refused else "success")

    @router.post("/refused/{number}/set-aside")
    async def put_aside(
        request: Request, number: Number, reason: Typed = "", person: Person = may(*WRITERS)
    ) -> Response:
        """Set a refused line aside for good, with why."""
        try:
            async with acting(PROTECTION, tools, person, request) as work:
                await set_line_aside(work, number, person.name, reason)
        except NotFound:
            raise
        except Refused as refused:
            beside = tuple(FieldReason(f"{each.pointer}-{number}", each.reason) for each in refused.reasons)
            typed = {f"reason-{number}": reason}
            return await show(request, person, 1, typed, Refused(str(refused), beside, refused.status))
        return redirect(request, HERE, "Set aside: the line is kept, with your reason.")

    return router


async def _loaded(
    tools: Tools, file: UploadFile | None, source: str, person: Person, correlation_id: str
) -> tuple[Load, tuple[str, ...]]:
    content = await file.read() if file is not None else b""
    missing = () if content else (FieldReason("/file", NO_FILE),)
    if found := (*missing, *reasons_to_refuse_source(source)):
        raise Refused("; ".join(one.reason for one in found), found)
    read = read_feed_file(content)
    name = PurePath((file.filename if file else "") or "a file").name[:LONGEST_NAME].replace("\x00", "")
    fed = Fed(read.kind, source.strip(), name, person.name)
    load, _ = await feed(tools.database, tools.clock, fed, read.lines, cause_of_feed(person.name, correlation_id))
    return load, read.passed_over
