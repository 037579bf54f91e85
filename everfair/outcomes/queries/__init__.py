"""What pages of the outcomes room read."""
