"""What people and devices do at the gate: one function for each deed, atomic, with its audit row."""
