"""Timetables of any size: a flow chooses, alternating paths place, annealing polishes. Small proofs are the exact room's."""

from everfair.engines.scheduling.large.solve import solve_large, warm

__all__ = ["solve_large", "warm"]
