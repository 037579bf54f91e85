"""People, the organisations they belong to, and how they are invited. Knows no fair."""
