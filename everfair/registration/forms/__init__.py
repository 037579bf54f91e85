"""Human input about registrations made clean. No saving."""
