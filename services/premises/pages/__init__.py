"""The pages of the desk that places visits which the matcher would not."""

from pathlib import Path

from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent
assets = HashedFolder(HERE / "static", "/static/premises")
pages = Pages(HERE / "templates", assets=assets)
