"""Live face: what flows to open pages as it happens (server-sent events). Holds no fact of its own."""
