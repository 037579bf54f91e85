"""Zones, gate devices and scans: who passes which door, on line and off."""
