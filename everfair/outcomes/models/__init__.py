"""Tables of the outcomes room."""
