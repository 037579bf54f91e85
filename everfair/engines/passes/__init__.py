"""Signed badge codes: written, read and judged without a network. Pure: keys and the day are arguments."""
