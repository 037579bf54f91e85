"""Human input about conversations made clean. Nothing is saved."""
