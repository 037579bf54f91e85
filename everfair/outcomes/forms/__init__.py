"""Human input about outcomes made clean."""
