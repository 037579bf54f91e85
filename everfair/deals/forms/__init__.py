"""Human input of the deals room made clean."""
