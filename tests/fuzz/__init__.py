"""Requests that nobody would think of, as every role: each gets an answer that was promised."""
