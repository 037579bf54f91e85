"""What is read of presence. No writes."""
