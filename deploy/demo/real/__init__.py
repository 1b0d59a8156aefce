"""Makes a sample area from real, openly licensed data of a service that is kept beside the checkout."""
