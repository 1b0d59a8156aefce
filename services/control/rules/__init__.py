"""Why control finds a record and how fresh it calls it: pure rules over plain values."""
