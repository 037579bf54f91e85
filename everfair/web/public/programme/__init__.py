"""Public pages of the programme: by day, as a list, now and next, session, speaker, stage, calendars."""
