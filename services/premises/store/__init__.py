"""Where premises keeps the gazetteer, its picture in memory, and every decision about an address."""
