"""The look of the product: one layout, its parts, and the words for times, distances and risk levels."""
