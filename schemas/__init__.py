"""Wire contracts: what is said between services and to the outside, as plain Pydantic with no input or output."""
