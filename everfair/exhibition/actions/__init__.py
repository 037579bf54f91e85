"""One function per thing a person can do with exhibitors, booths, offers and imports. No rights, no HTML."""
