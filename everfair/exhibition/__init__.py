"""Exhibitors in an edition, their booths, offers, documents, tasks, and how lists of them come in and go out."""
