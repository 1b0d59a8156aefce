"""Where a visit stands, and whether any was lost: pure."""
