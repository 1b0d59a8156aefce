"""What control's screens show of a record: words and marks from plain values."""
