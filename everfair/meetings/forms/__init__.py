"""Human input about meetings made clean. Saves nothing."""
