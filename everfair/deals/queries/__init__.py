"""What pages of the deals room read."""
