"""What pages of the agreements room read."""
