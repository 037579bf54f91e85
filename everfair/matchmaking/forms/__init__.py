"""Human input made clean."""
