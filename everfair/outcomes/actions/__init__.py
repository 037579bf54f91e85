"""What is done with outcomes; one module per deed."""
