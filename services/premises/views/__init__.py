"""What people read of addresses that are not settled, of the gazetteer, and of what the matcher makes of an address."""
