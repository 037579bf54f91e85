"""The outcomes room: the public registry of what a fair achieved, who confirmed it, and what became of it."""
