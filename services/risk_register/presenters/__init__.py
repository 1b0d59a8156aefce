"""What a reviewer reads: facts in words, differences, the score with its anchors, the queue."""
