"""One function per thing a person can do with registrations and badges. No rights, no HTML."""
