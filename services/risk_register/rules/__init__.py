"""The policy of the risk register: how high a risk is, who must look at it, by when, and what may be shown at once."""
