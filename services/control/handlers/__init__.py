"""What control does when a risk record changes, and when somebody searches, looks up or asks for a code."""
