"""What the code cites is in the product: every page of `docs/` that a file names is there."""

import re
from pathlib import Path

HOUSE = Path(__file__).parents[2]
NAMES_TEST = re.compile(r"`(?:tests/)?([\w/]+/test_\w+\.py)::(test_\w+)")
CITES = re.compile(r"docs/[\w./-]*\w")
FOLDERS = ("services", "schemas", "deploy", "tests", "docs")
KINDS = {".py", ".yaml", ".yml", ".html", ".md", ".css", ".js", ".sql", ".sh", ".toml"}
# Words for what is not in the repository, which a reader of the code could never open.
POINTS_TO_NOTHING = re.compile(r"\bthe domain reference\b|\bhouse rules?\b|\bissue \d+\b", re.IGNORECASE)


def texts() -> list[tuple[str, str]]:
    """Return every file of the product that people write, with its name."""
    found = [path for folder in FOLDERS for path in (HOUSE / folder).rglob("*") if path.suffix in KINDS]
    found += [HOUSE / name for name in ("README.md", "CHANGELOG.md", "pyproject.toml", "Makefile")]
    mine = Path(__file__)
    return [
        (str(path.relative_to(HOUSE)), path.read_text())
        for path in found
        if not {"vendor", "node_modules"} & set(path.parts) and path != mine
    ]


def test_every_page_of_the_documents_that_is_cited_is_there() -> None:
    cited = [(name, page) for name, text in texts() for page in CITES.findall(text)]
    assert len(cited) > 150
    missing = {
        (name, page)
        for name, page in cited
        if not (HOUSE / page).exists() and not list((HOUSE / page).parent.glob(f"{Path(page).name}*"))
    }
    assert missing == set()


def test_every_test_that_the_documents_name_is_there() -> None:
    named = [test for page in (HOUSE / "docs").rglob("*.md") for test in NAMES_TEST.findall(page.read_text())]
    assert len(named) > 30
    missing = [f"{file}::{test}" for file, test in named if f"def {test}(" not in (HOUSE / "tests" / file).read_text()]
    assert missing == []


def test_nothing_is_cited_that_is_not_in_the_repository() -> None:
    found = {(name, match) for name, text in texts() for match in POINTS_TO_NOTHING.findall(text)}
    assert found == set()
