"""What the scorecard does when it hears of a visit, and when it is asked to measure."""
