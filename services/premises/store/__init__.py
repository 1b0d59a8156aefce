"""Where premises keeps the gazetteer, its snapshot in memory, and every decision about an address."""
