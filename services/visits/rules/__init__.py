"""The policy of visits: what is refused, what is only remarked on, who may read, and how far a visit has got."""
