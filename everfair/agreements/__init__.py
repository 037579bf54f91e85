"""The agreements room: what parties agreed, each one's proof of it, and the chain of records that shows later changes."""
