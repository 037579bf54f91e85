"""Rows → the engine of timetables → rows. Loads numpy: import it where a run is carried out, never in a page."""
