"""One function per thing an organiser can do with a fair. No rights, no HTML."""
