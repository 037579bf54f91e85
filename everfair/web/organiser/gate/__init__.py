"""The organiser's gate desk: zones, devices, live counts, scans, conflicts, watch list."""
