"""A fair with 1,339 public outcomes on PostgreSQL: every page of the registry and its desks, uncached, and the totals recomputed.

Run: .venv/bin/python -m benchmarks.outcomes [outcomes]. Bounds of the issue: 150 ms a page (p95), 15 queries, totals in 2 s.
Rows are written straight into the tables; the pages, rights and queries are those of a served fair.
"""

import json
import subprocess
import sys
import tempfile

from benchmarks.ground import EVERFAIR, environment, postgres, say
from benchmarks.meetings_run import told

SCALE = "small"
LOOKS = 30
WORK = """
import csv, io, json, os, random, time
from datetime import timedelta
from decimal import Decimal
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, OutcomeClass, TeamMember
from everfair.outcomes.models import FIELDS, Outcome, OutcomeParty, OutcomeVersion
from everfair.outcomes.queries import public
from everfair.outcomes.queries.content import digest_of, public_content
from everfair.outcomes.queries.files import figures_of
from everfair.people.models import Membership, User
edition = Edition.objects.get(slug="scale-%(scale)s")
draw, now = random.Random(1), timezone.now()
firms = list(Exhibitor.objects.filter(edition=edition, state="published").select_related("organisation", "delegation"))
sectors = list(edition.sectors.filter(parent=None))
shares = {"deal": 513, "investment": 175, "first-launch": 173, "strategic": 128, "release": 82, "alliance": 26, "award": 242}
classes = {code: OutcomeClass.objects.get_or_create(edition=edition, code=code, defaults={"name": {"en": code, "zh": code}})[0] for code in shares}
kinds = [code for code, count in shares.items() for _ in range(count)]
colleague = User.objects.create(email="colleague@example.org", name="Colleague")
Membership.objects.create(user=colleague, organisation=firms[0].organisation, role="owner")
head = User.objects.create(email="head@example.org", name="Head")
TeamMember.objects.create(edition=edition, user=head, role="administrator")
outcomes = Outcome.objects.bulk_create((
    Outcome(edition=edition, kind=classes[kinds[n %% len(kinds)]], state="verified", title={"en": f"Outcome {n} of two firms", "zh": f"两家企业的第{n}项成果"},
            summary={"en": "What it is about, in a sentence or two."}, worth="exact" if n %% 2 else "none", currency="USD" if n %% 2 else "",
            value_from=Decimal(1000 + n) if n %% 2 else None, value_to=Decimal(1000 + n) if n %% 2 else None, agreed_on=now.date(), published_at=now - timedelta(minutes=n))
    for n in range(%(count)d)), batch_size=2000)
chosen = [draw.sample(firms, 2) if n %% 50 else [firms[0], draw.choice(firms[1:])] for n in range(len(outcomes))]
OutcomeParty.objects.bulk_create((
    OutcomeParty(outcome=one, position=place, key=f"firm:{firm.pk}", exhibitor=firm, name=firm.organisation.name, country=firm.organisation.country,
                 consent=list(FIELDS), confirmed_at=now, confirmed_version=1)
    for one, pair in zip(outcomes, chosen) for place, firm in enumerate(pair)), batch_size=2000)
Outcome.sectors.through.objects.bulk_create((Outcome.sectors.through(outcome=one, sector=draw.choice(sectors)) for one in outcomes), batch_size=2000)
versions = []
for one, pair in zip(outcomes, chosen):
    one.edition, one.countries = edition, sorted({firm.organisation.country for firm in pair})
    content = public_content(one)
    versions.append(OutcomeVersion(outcome=one, number=1, content=content, digest=digest_of(content)))
for one, version in zip(outcomes, OutcomeVersion.objects.bulk_create(versions, batch_size=2000)):
    one.public, one.state = version, "published"
Outcome.objects.bulk_update(outcomes, ["public", "state", "countries"], batch_size=1000)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
began = time.monotonic()
public.forget_registries()
public.whole_of(edition.fair_id)
built = time.monotonic() - began
own = OutcomeParty.objects.filter(exhibitor=firms[0]).select_related("outcome").first().outcome
at, desk = f"/en/{edition.slug}/outcomes", f"/en/desk/{edition.slug}/outcomes"
file = b"".join(Client(HTTP_HOST="localhost").get(f"{at}.csv").streaming_content).decode("utf-8-sig")
began = time.monotonic()
figures = figures_of(csv.DictReader(io.StringIO(file)))
recomputed = time.monotonic() - began
assert figures[0].count == len(outcomes), figures[0]
PAGES = [
    ("the registry", None, f"{at}/"), ("searched", None, f"{at}/?q=outcome"), ("filtered", None, f"{at}/?class=deal&sort=value"),
    ("one outcome", None, f"{at}/{own.code}/"), ("its feed", None, f"{at}.atom"), ("a party's list", colleague, f"/en/my/outcomes/{edition.slug}/"),
    ("a party's outcome", colleague, f"/en/my/outcomes/{edition.slug}/{own.code}/"), ("the organiser's list", head, f"{desk}/"),
    ("searched there", head, f"{desk}/?q=Outcome+7"), ("one to verify", head, f"{desk}/{own.code}/"), ("totals", head, f"{desk}/totals/"),
    ("the press list", head, f"{desk}/press/"), ("searched in it", head, f"{desk}/press/?q=outcome"),
    ("what became of them", head, f"{desk}/follow-ups/"),
]
found = []
for name, who, path in PAGES:
    client = Client(HTTP_HOST="localhost")
    if who is not None:
        client.force_login(who)
    assert client.get(path).status_code == 200, (name, path, client.get(path).status_code)
    times = []
    for _look in range(%(looks)d):
        cache.clear()
        began = time.monotonic()
        page = client.get(path)
        times.append(time.monotonic() - began)
    cache.clear()
    with CaptureQueriesContext(connection) as asked_for:
        client.get(path)
    found.append([name, sorted(times)[int(len(times) * 0.95)] * 1000, len(asked_for), len(page.content) / 1024])
print("OUTCOMES", json.dumps([len(outcomes), built, recomputed, os.getloadavg()[0], found]))
"""


def main() -> None:
    """Fill a fair, then look at each page in one process, as a web process would."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_339
    with postgres() as database, tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        env = environment(database, data)
        subprocess.run([EVERFAIR, "sample", "--scale", SCALE], env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [EVERFAIR, "manage", "collectstatic", "--noinput"], env=env, check=True, stdout=subprocess.DEVNULL
        )
        work = WORK % {"scale": SCALE, "count": count, "looks": LOOKS}
        outcomes, built, recomputed, load, found = json.loads(told("OUTCOMES", work, env))
    print(f"{outcomes:,} public outcomes; load of the machine {load:.1f}")
    say("the registry read and counted anew", built, "s", 2, more_is_better=False)
    say("totals recomputed from the open data", recomputed, "s", 2, more_is_better=False)
    for name, took, queries, size in found:
        say(f"{name}, p95 ({queries} queries, {size:.0f} KiB)", took, "ms", 150, more_is_better=False)
    most = max(queries for _name, _took, queries, _size in found)
    say("the most queries of a page", most, "", 15, more_is_better=False)


if __name__ == "__main__":
    main()
