"""The commands of `ravi`, one file a noun; the only place that knows all services."""
