"""Reads of the programme room, one file per page or job. No writes."""
