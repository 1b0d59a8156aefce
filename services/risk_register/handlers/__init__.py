"""What the register does when a visit is located, and when a reviewer decides."""
