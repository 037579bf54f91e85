"""The exact solver: proofs for small fairs, up to a few hundred meetings. Larger ones: `large`.

Place all with the fewest breaks is MaxSAT over clauses; the best choice, and whatever has prices, is CP-SAT over the same
formula.
"""

from everfair.engines.scheduling.exact.solve import solve_exact

__all__ = ["solve_exact"]
