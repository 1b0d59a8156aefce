"""What several services must agree on, pure: it knows no service, no I/O and no clock."""
