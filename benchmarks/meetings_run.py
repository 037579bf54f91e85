"""A whole fair timetabled as from the desk: 2,000 buyers, 3,000 firms, 60,000 wishes, read, solved, judged and kept; then published.

Run: .venv/bin/python -m benchmarks.meetings_run [seconds to think] [--publish]. The ratio is against a bound nobody can beat:
the largest number of wished-for pairs when every side sits at most as often as it wants to and is free, whatever
slots, places and vetoes do (a maximum flow).
"""

import json
import os
import re
import subprocess
import sys
import tempfile
import time

from benchmarks.ground import EVERFAIR, environment, postgres, say

SCALE = "meetings"
START = """
from everfair.fair.models import Edition
from everfair.meetings.actions.runs import start_run
values = {"kind": "all", "seed": 1, "limit": %d, "breaks": 1, "walking": 0, "share_first": False}
print("RUN", start_run(Edition.objects.get(slug="scale-meetings"), values, by=None).pk)
"""
RESULT = """
import json
from everfair.meetings.models import Run, Wish
run = Run.objects.get()
keep = {key: run.result.get(key) for key in ("requests", "placed", "breaks", "nothing", "sides", "seconds", "by_class")}
print("RESULT", json.dumps({**keep, "state": run.state, "wishes": Wish.objects.count(), "error": run.error}))
"""
BOUND = """
from ortools.graph.python.max_flow import SimpleMaxFlow
from django.utils import timezone
from everfair.fair.models import Edition
from everfair.meetings.bridge.problem import make_problem
from everfair.meetings.models import Run
from everfair.meetings.queries.inputs import read_inputs
run = Run.objects.select_related("edition").get()
problem = make_problem(read_inputs(run.edition), run.kind, run.options, timezone.now()).problem
people, requests = problem.people, problem.requests
count = len(people)
room = people.free.sum(axis=1)
room = [int(min(n, most)) if most >= 0 else int(n) for n, most in zip(room, people.most)]
side = lambda who: [who] if who < count else list(people.groups[who - count])
flow, source, sink, groups = SimpleMaxFlow(), 0, 1, len(people.groups)
asks, asked = set(), set()
for a, b, wish in zip(requests.a.tolist(), requests.b.tolist(), requests.wish.tolist()):
    if wish >= 0:
        flow.add_arc_with_capacity(2 + a, 2 + count + groups + b, 1)
        asks.add(a); asked.add(b)
for who in asks:
    flow.add_arc_with_capacity(source, 2 + who, sum(room[one] for one in side(who)))
for who in asked:
    flow.add_arc_with_capacity(2 + count + groups + who, sink, sum(room[one] for one in side(who)))
assert flow.solve(source, sink) == flow.OPTIMAL
print("BOUND", flow.optimal_flow())
"""
PUBLISH = """
import time
from everfair.meetings.actions.publishing import publish, start_publishing
from everfair.meetings.models import Booking, Meeting, Run
run = start_publishing(Run.objects.get(), by=None)
began = time.monotonic()
publish(run.pk, by_id=None)
print("PUBLISHED", round(time.monotonic() - began, 1), Meeting.objects.count(), Booking.objects.count())
"""


def told(word: str, script: str, env: dict[str, str]) -> str:
    """What a script in the installation's shell printed after `word`."""
    done = subprocess.run(
        [EVERFAIR, "manage", "shell"],
        input=script.replace("\n\n", "\n"),
        env=env,
        capture_output=True,
        text=True,
    )
    found = re.search(rf"^{word} (.*)$", done.stdout, re.MULTILINE)
    if found is None:
        raise SystemExit(f"No {word}: {done.stdout[-500:]} {done.stderr[-2000:]}")
    return found[1]


def carried_out(run: str, env: dict[str, str]) -> tuple[float, float, float]:
    """Seconds, the processor's seconds and peak memory (MB) of the run's own process."""
    began = time.monotonic()
    process = subprocess.Popen([EVERFAIR, "meetings", "run", run], env=env)
    _pid, status, used = os.wait4(process.pid, 0)
    if status:
        raise SystemExit("The run failed.")
    return time.monotonic() - began, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def main() -> None:
    """Make the fair, run, compare with the bound; publish where asked."""
    words = [word for word in sys.argv[1:] if word != "--publish"]
    limit = int(words[0]) if words else 60
    with postgres() as database, tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        env = environment(database, data)
        began = time.monotonic()
        subprocess.run([EVERFAIR, "sample", "--scale", SCALE], env=env, check=True, stdout=subprocess.DEVNULL)
        print(f"fair made in {time.monotonic() - began:.0f} s")
        seconds, worked, memory = carried_out(told("RUN", START % limit, env), env)
        result = json.loads(told("RESULT", RESULT, env))
        bound = int(told("BOUND", BOUND, env))
        print(json.dumps(result, ensure_ascii=False))
        say("meetings placed, of the bound", result["placed"], "meetings", bound)
        say("from the desk's button to a kept timetable", seconds, "s", limit + 60, more_is_better=False)
        print(f"of them the processor's: {worked:.1f} s, and {limit} s were given to think")
        say("memory of the run's process", memory, "MB", 1000, more_is_better=False)
        if "--publish" in sys.argv:
            took, meetings, bookings = told("PUBLISHED", PUBLISH, env).split()
            print(f"{meetings} meetings, {bookings} bookings")
            say("published", float(took), "s", 120, more_is_better=False)


if __name__ == "__main__":
    main()
