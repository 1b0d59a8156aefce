"""Five hundred tablets come back at once: what they send arrives once and whole, and the server stays as it was."""
