"""What is read of conversations. No writes."""
