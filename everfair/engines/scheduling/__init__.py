"""Places 1:1 meetings into slots: every one of them, or the best of them; explains, repairs, and judges any timetable.

How, and what is guaranteed: docs/algorithms/timetables.md.
"""

from everfair.engines.scheduling.check import Fault, check
from everfair.engines.scheduling.explain import explain
from everfair.engines.scheduling.measure import Measures, measure
from everfair.engines.scheduling.reasons import why_not
from everfair.engines.scheduling.repair import lose, repair
from everfair.engines.scheduling.solve import solve
from everfair.engines.scheduling.types import (
    NONE,
    Aim,
    Answer,
    Cause,
    Clock,
    Conflict,
    Loss,
    Moved,
    People,
    Places,
    Problem,
    Progress,
    Repair,
    Report,
    Requests,
    Rest,
    Rules,
    Slots,
    Status,
    Timetable,
    Wish,
)
from everfair.engines.scheduling.validate import ProblemError, validate
from everfair.engines.scheduling.weigh import met, weigh

__all__ = [
    "NONE",
    "Aim",
    "Answer",
    "Cause",
    "Clock",
    "Conflict",
    "Fault",
    "Loss",
    "Measures",
    "Moved",
    "People",
    "Places",
    "Problem",
    "ProblemError",
    "Progress",
    "Repair",
    "Report",
    "Requests",
    "Rest",
    "Rules",
    "Slots",
    "Status",
    "Timetable",
    "Wish",
    "check",
    "explain",
    "lose",
    "measure",
    "met",
    "repair",
    "solve",
    "validate",
    "weigh",
    "why_not",
]
