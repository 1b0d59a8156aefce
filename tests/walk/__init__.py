"""Walks through the crew's app as a newcomer makes them, counted tap by tap (`make walk`)."""
