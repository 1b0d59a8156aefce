"""Requests that nobody would think of, as five roles: no failure of ours, and no answer that was not promised.

The long run is `make fuzz`; this is a few hundred requests of it, the same ones each time.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from schemas.vocabulary import Role
from tests.conftest import Templates, fresh_database
from tests.fuzz.pages import Page
from tests.fuzz.sending import Report, Sender
from tests.fuzz.site import FuzzedSite, fill, running

pytestmark = pytest.mark.slow

FIVE = (Role.FIREFIGHTER, Role.RISK_TEAM_MANAGER, Role.CONTROL, Role.SAFEGUARDING, Role.ADMINISTRATOR)
SEED = 20261129


@pytest.fixture(scope="module")
async def filled(templates: Templates) -> str:
    """Return the name of a database with work on every desk."""
    return await templates.filled("template_fuzz", fill)


@pytest.fixture(scope="module")
def site(postgres: str, filled: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[FuzzedSite]:
    """Return a site with work on every desk, that these tests share."""
    folder: Path = tmp_path_factory.mktemp("fuzz")
    with fresh_database(postgres, filled) as address, running(address, folder) as site:
        yield site


@pytest.mark.parametrize("role", FIVE)
def test_every_answer_was_promised(site: FuzzedSite, role: Role) -> None:
    report = Report()
    sender = Sender(site, role, SEED, report)
    sender.documented(site.promised(), 1, share=0.25)
    sender.forms(15)
    sender.addresses(20)
    sender.visits(4)
    sender.close()
    assert report.sent > 50
    assert {200, 422} <= set(report.by_status), "some were taken and some were not"
    assert report.failures == {}


def test_the_forms_are_found_with_their_tokens(site: FuzzedSite) -> None:
    sender = Sender(site, Role.FIREFIGHTER, SEED, Report())
    answer = sender.browser.get("/device/form")
    form = max(Page(answer.text).forms, key=lambda form: len(form.fields))
    hidden = {field.name for field in form.fields if field.is_hidden}
    assert {"csrf_token", "submission_id"} <= hidden
    assert len(form.fields) > 60
    sender.close()


def test_an_answer_that_was_not_promised_is_found(site: FuzzedSite) -> None:
    promised = site.promised()
    for path in promised["paths"].values():
        for operation in path.values():
            operation["responses"] = {"418": {"description": "a teapot"}}
    report = Report()
    sender = Sender(site, Role.CONTROL, SEED, report)
    sender.documented({**promised, "paths": dict(list(promised["paths"].items())[:2])}, 1)
    sender.close()
    assert report.failures
    line = next(iter(report.failures.values()))
    assert line.startswith("curl -X ")
    assert "Bearer" not in line
