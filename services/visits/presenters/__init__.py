"""What screens and devices are shown of visits: words and marks from plain values."""
