"""What premises does when it hears of a visit, when a person decides, and when reference data arrives."""
