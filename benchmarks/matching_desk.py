"""Matches on a visitor's desk with 18,000 exhibitors: candidates ready with and without their file, one list after another, a change seen.

Run: .venv/bin/python -m benchmarks.matching_desk [lists]. The ratio is against the issue's bound: a page in 100 ms (p95), one person
again in 50 ms, a change seen in 10 s.
"""

import json
import subprocess
import sys
import tempfile

from benchmarks.ground import EVERFAIR, environment, postgres, say
from benchmarks.meetings_run import told

SCALE = "ciftis"
WORK = """
import json, os, random, resource, statistics, time
from django.test import Client
from django.utils import timezone
from everfair.base.changes import followers, note_change
from everfair.config.limits import Tidy
from everfair.exhibition.models import Exhibitor, Offer
from everfair.fair.models import Edition
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.matchmaking.actions.recommending import recommend
from everfair.matchmaking.bridge.matcher import matchers
from everfair.matchmaking.bridge.ranking import ranked
from everfair.people.models import User
edition = Edition.objects.get(slug="scale-ciftis")
firms = Exhibitor.objects.filter(edition=edition, state="published").count()
def private():
    with open("/proc/self/smaps_rollup") as told:
        return sum(int(line.split()[1]) for line in told if line.startswith("Private_Dirty")) / 1024
before = private()
began = time.monotonic()
index = matchers.index(edition, "exhibitor", None, 0, wait=True)
made = time.monotonic() - began
matchers.clear()
began = time.monotonic()
index = matchers.index(edition, "exhibitor", None, 0, wait=True)
ready = time.monotonic() - began
taken = private() - before
draw = random.Random(1)
offers = list(Offer.objects.filter(exhibitor__edition=edition).values_list("pk", flat=True)[:20000])
seekers = []
for n in range(%d):
    user = User.objects.create(email=f"desk{n}@example.org", name=f"Visitor {n}")
    seeker = seeker_for(user, edition)
    offer = Offer.objects.get(pk=draw.choice(offers))
    seeker.answers = {"looks_for": offer.title.get(draw.choice(["en", "zh"])) or "cloud", "sectors": [], "languages": ["en"]}
    seeker.answered_at = timezone.now()
    seeker.save()
    seekers.append((user, seeker))
ranked(edition, [seekers[0][1]], "exhibitor", timezone.now(), wait=True)
alone = []
for _user, seeker in seekers:
    began = time.monotonic()
    ranked(edition, [seeker], "exhibitor", timezone.now())
    alone.append(time.monotonic() - began)
Tidy().begin()  # as a served process does, once it is ready
pages, again, used = [], [], []
for user, seeker in seekers:
    client = Client(HTTP_HOST="localhost")
    client.force_login(user)
    for kept in (pages, again):
        began, spent = time.monotonic(), time.process_time()
        page = client.get("/en/my/matches/scale-ciftis/")
        kept.append(time.monotonic() - began)
        used.append(time.process_time() - spent)
        assert page.status_code == 200, page.status_code
firm = Exhibitor.objects.filter(edition=edition, state="published").first()
followers.keep_up()
note_change("exhibition.exhibitor", firm.pk, edition.pk)
began = time.monotonic()
while True:
    followers.keep_up()
    if matchers.shelves and any(shelf.stale["exhibitor"] for shelf in matchers.shelves.values()):
        break
    time.sleep(0.05)
while matchers.index(edition, "exhibitor", None, 0) is index:
    time.sleep(0.05)
ranked(edition, [seekers[0][1]], "exhibitor", timezone.now())
seen = time.monotonic() - began
def p95(times):
    return sorted(times)[int(len(times) * 0.95)] * 1000
print("DESK", json.dumps([firms, made, ready, taken, p95(used[::2]), os.getloadavg()[0], p95(alone), statistics.median(alone) * 1000, p95(pages), p95(again), seen,
      resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024]))
"""


def main() -> None:
    """Load the fair, then measure in one process, as a web process would."""
    lists = int(sys.argv[1]) if len(sys.argv) > 1 else 100
    with postgres() as database, tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        env = environment(database, data)
        subprocess.run([EVERFAIR, "sample", "--scale", SCALE], env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [EVERFAIR, "manage", "collectstatic", "--noinput"], env=env, check=True, stdout=subprocess.DEVNULL
        )
        firms, made, ready, taken, used, load, alone, middle, page, again, seen, memory = json.loads(
            told("DESK", WORK % lists, env)
        )
    print(f"{firms:,} exhibitors; one list {middle:.1f} ms in the middle; load of the machine {load:.1f}")
    print(
        f"candidates made {made:.1f} s (in a process of its own); they take {taken:.0f} MB of this process alone"
    )
    print(f"page the first time, time of the processor, p95 {used:.0f} ms")
    say("candidates ready in a process that starts", ready, "s", 5, more_is_better=False)
    say("one person ranked again, p95", alone, "ms", 50, more_is_better=False)
    say("page of matches, first time, p95", page, "ms", 100, more_is_better=False)
    say("page of matches, kept list, p95", again, "ms", 100, more_is_better=False)
    say("a change seen in the lists", seen, "s", 10, more_is_better=False)
    say("memory of the process", memory, "MB", 2000, more_is_better=False)


if __name__ == "__main__":
    main()
