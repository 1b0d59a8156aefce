"""The pages of the crews: the form of a visit, its receipt and story, and the list of what was sent."""
