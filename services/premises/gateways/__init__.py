"""The files that reference data arrives in: read row by row, and every row refused is named with its reason."""
