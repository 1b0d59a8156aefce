"""The pages of the referral desks."""

from pathlib import Path

from services.shared.web.static_files import HashedFolder
from services.shared.web.templating import Pages

HERE = Path(__file__).parent
assets = HashedFolder(HERE / "static", "/static/referrals")
pages = Pages(HERE / "templates", assets=assets)
