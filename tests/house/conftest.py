"""What several tests of the house share: a database with the users of production, and services that are those users."""

from tests.house.test_database_roles import apart, roles_address

__all__ = ["apart", "roles_address"]
