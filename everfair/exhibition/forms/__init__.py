"""Human input about exhibitors made clean. No saving."""
