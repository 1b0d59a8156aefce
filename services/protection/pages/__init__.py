"""Protection's own pages: notices, audits, fires, premises, files."""

from pathlib import Path

from services.protection.presenters.words import FILTERS
from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent
assets = HashedFolder(HERE / "static", "/static/protection")
pages = Pages(HERE / "templates", assets=assets)
pages.environment.filters.update(FILTERS)
