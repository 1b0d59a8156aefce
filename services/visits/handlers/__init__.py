"""What visits does when a crew sends one, and when it hears what became of it."""
