"""What people type about agreements, made clean."""
