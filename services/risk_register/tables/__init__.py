"""The tables of the risk register."""
