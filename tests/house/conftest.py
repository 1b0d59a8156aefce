"""What several tests of the house share: tools that reach nothing, a database with the users of production."""

import pytest

from services.shared.clock import SystemClock
from services.shared.database import Database
from services.shared.secrets import Vault
from services.shared.service import Tools
from services.shared.settings import Settings
from tests.house.test_database_roles import apart, roles_address

__all__ = ["apart", "roles_address"]


@pytest.fixture(scope="session")
def wired() -> Tools:
    """Return tools that reach nothing: wiring alone must need nothing else."""
    settings = Settings()
    return Tools(settings, Database("postgresql+psycopg:///nowhere"), SystemClock(), Vault(settings.master_key))
