"""What one person at the review desk may see: a page of the queue, or one visit beside its record."""
