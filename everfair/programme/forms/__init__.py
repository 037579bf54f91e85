"""Human input about the programme made clean, one file per page. No saving."""
