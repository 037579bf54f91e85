"""What is read of meetings. No writes."""
