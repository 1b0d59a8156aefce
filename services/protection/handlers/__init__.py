"""What Protection does when it hears of premises, when somebody enters or lifts something, and when it is fed."""
