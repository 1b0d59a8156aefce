"""What control does when a record changes, a danger is reported, premises are listed, and when somebody looks up."""
