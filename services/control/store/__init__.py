"""Where what is shown is kept: the records, all their revisions, who read them, and how they are found."""
