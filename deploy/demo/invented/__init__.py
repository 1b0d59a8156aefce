"""Invents the sample area: a borough that does not exist, its buildings, stations, hydrants and borders."""
