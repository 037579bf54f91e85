"""What people do with meetings, one function each. No rights, no request objects."""
