"""What is read of calls. No writes."""
