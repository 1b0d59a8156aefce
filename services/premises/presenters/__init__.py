"""What the desk that places visits reads: pure, from what is kept to what a screen shows."""
