"""Presence (在场): who is here now, as far as each agreed to be shown. Writing to them is the room above."""
