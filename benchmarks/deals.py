"""A fair with 20,000 inquiries on PostgreSQL: every page of deals for buyer, firm and organiser, uncached, with its queries.

Run: .venv/bin/python -m benchmarks.deals [inquiries]. The ratio is against the issue's bound: 150 ms a page (p95), 15 queries.
Rows are written straight into the tables; the pages, rights and queries are those of a served fair.
"""

import json
import subprocess
import sys
import tempfile

from benchmarks.ground import EVERFAIR, environment, postgres, say
from benchmarks.meetings_run import told

SCALE = "small"
LOOKS = 40
WORK = """
import json, os, random, time
from datetime import timedelta
from decimal import Decimal
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from everfair.base.codes import new_code
from everfair.agreements.models import Agreement, AgreementParty
from everfair.config.limits import Tidy
from everfair.conversations.models import Conversation, Message, Party
from everfair.deals.actions.stages import stages_of
from everfair.deals.models import Inquiry, Negotiation, Quotation, QuotationLine, QuotationVersion, Rate
from everfair.exhibition.models import Exhibitor
from everfair.fair.models import Edition, TeamMember
from everfair.people.models import Membership, User
edition = Edition.objects.get(slug="scale-%(scale)s")
draw, now = random.Random(1), timezone.now()
firms = list(Exhibitor.objects.filter(edition=edition, state="published").select_related("organisation"))
buyers = User.objects.bulk_create(User(email=f"buyer{n}@example.org", name=f"Buyer {n}") for n in range(4000))
colleague = User.objects.create(email="colleague@example.org", name="Colleague")
Membership.objects.create(user=colleague, organisation=firms[0].organisation, role="owner")
head = User.objects.create(email="head@example.org", name="Head")
TeamMember.objects.create(edition=edition, user=head, role="administrator")
stages = stages_of(edition)
Rate.objects.create(edition=edition, currency="USD", base="CNY", value=Decimal("7.1"), on=now.date())
inquiries = Inquiry.objects.bulk_create((
    Inquiry(edition=edition, buyer_key=f"person:{buyer.pk}", buyer=buyer, by=buyer, state="sent", sent_at=now, title=f"Inquiry {n} of a buyer",
            text="What we need, by when, for whom.", language="en", made_at=now - timedelta(minutes=n), currency="CNY", is_hidden=n %% 7 == 0)
    for n in range(%(count)d) for buyer in [draw.choice(buyers[:400] if n %% 3 == 0 else buyers)]), batch_size=2000)
asked = [(one, firm) for n, one in enumerate(inquiries) for firm in ({firms[0], draw.choice(firms)} if n %% 20 == 0 else draw.sample(firms, 2))]
talks = Conversation.objects.bulk_create((
    Conversation(edition=edition, pair=f"{n}", about="inquiry", about_code=new_code(), last_at=now, last_number=1) for n in range(len(asked))), batch_size=2000)
negotiations = Negotiation.objects.bulk_create((
    Negotiation(edition=edition, inquiry=one, firm=firm, buyer_key=one.buyer_key, buyer_id=one.buyer_id, is_hidden=one.is_hidden, conversation=talk, code=talk.about_code,
                title=one.title, state=state, ended_at=None if state == "open" else now, why="price" if state == "lost" else "",
                stage=draw.choice(stages), place=n)
    for n, ((one, firm), talk) in enumerate(zip(asked, talks)) for state in [draw.choice(["open", "open", "won", "lost"])]), batch_size=2000)
Party.objects.bulk_create((
    Party(conversation_id=one.conversation_id, side=side, kind=kind, key=key, user_id=user, exhibitor_id=firm, is_hidden=one.is_hidden and side == "a")
    for one in negotiations for side, kind, key, user, firm in [("a", "person", one.buyer_key, one.buyer_id, None), ("b", "firm", f"firm:{one.firm_id}", None, one.firm_id)]), batch_size=2000)
Message.objects.bulk_create((
    Message(conversation_id=one.conversation_id, number=1, side="a", by_id=one.buyer_id, text="What we need, by when, for whom.", language="en")
    for one in negotiations), batch_size=2000)
quotations = Quotation.objects.bulk_create((Quotation(negotiation=one, number=1, state="sent", sent_number=1) for one in negotiations[::2]), batch_size=2000)
versions = QuotationVersion.objects.bulk_create((
    QuotationVersion(quotation=one, number=1, title="As asked", currency=draw.choice(["USD", "CNY"]), ends_on=now.date() + timedelta(days=30), total=1000, sent_at=now, digest="0" * 64)
    for one in quotations), batch_size=2000)
QuotationLine.objects.bulk_create((QuotationLine(version=one, position=n, text="A line", quantity=1, price=500) for one in versions for n in (1, 2)), batch_size=2000)
agreements = Agreement.objects.bulk_create((
    Agreement(edition=edition, negotiation=one, kind="contract", state="offered", title={"en": "A contract"}, digest="0" * 64, statement="{}", offered_at=now, currency="")
    for one in negotiations[::20]), batch_size=2000)
AgreementParty.objects.bulk_create((
    AgreementParty(agreement=one, position=place, key=key, user_id=user, exhibitor_id=firm, name={"en": "A party"})
    for one in agreements for talk in [one.negotiation] for place, (key, user, firm) in enumerate([(talk.buyer_key, talk.buyer_id, None), (f"firm:{talk.firm_id}", None, talk.firm_id)])), batch_size=2000)
with connection.cursor() as cursor:
    cursor.execute("ANALYZE")
busy = max(buyers[:400], key=lambda one: Inquiry.objects.filter(buyer=one).count())
own = list(Inquiry.objects.filter(buyer=busy)[:10])
talk, sold = Negotiation.objects.filter(inquiry=own[0]).first(), Negotiation.objects.filter(firm=firms[0]).first()
quoted = Quotation.objects.filter(negotiation__inquiry__buyer=busy).select_related("negotiation__inquiry").first()
agreed = AgreementParty.objects.filter(user=busy).first() or AgreementParty.objects.filter(user__isnull=False).first()
at, desk, team = f"/en/my/deals/{edition.slug}", f"/en/booth-desk/{firms[0].code}/deals", f"/en/desk/{edition.slug}/deals"
PAGES = [
    ("the buyer's inquiries", busy, f"{at}/"), ("searched", busy, f"{at}/?q=Inquiry"), ("one inquiry", busy, f"{at}/inquiries/{own[0].code}/"),
    ("one negotiation", busy, f"{at}/{talk.code}/"), ("the same for a firm", colleague, f"{at}/{sold.code}/"),
    ("its conversation", busy, f"/en/my/conversations/{edition.slug}/{talk.conversation.code}/"), ("side by side", busy, f"{at}/inquiries/{quoted.negotiation.inquiry.code}/compare/"),
    ("quotations received", busy, f"{at}/quotations/"), ("those to answer", busy, f"{at}/quotations/?state=waiting"),
    ("one quotation", busy, f"{at}/{quoted.negotiation.code}/quotations/{quoted.code}/"),
    ("agreements", busy, f"{at}/agreements/"), ("one agreement", agreed.user, f"{at}/agreements/{agreed.agreement.code}/"),
    ("the firm's board", colleague, f"{desk}/"), ("its lost ones", colleague, f"{desk}/?state=lost"), ("one stage", colleague, f"{desk}/?stage={stages[0].code}"), ("the organiser's counts", head, f"{team}/"),
    ("rates", head, f"{team}/rates/"),
]
del asked, talks, quotations, versions, agreements, inquiries, negotiations
Tidy().begin()  # as every web process does: full collections wait for a quiet moment
found = []
for name, who, path in PAGES:
    client = Client(HTTP_HOST="localhost")
    client.force_login(who)
    assert client.get(path).status_code == 200, (name, path, client.get(path).status_code)
    times = []
    for _look in range(%(looks)d):
        cache.clear()
        began = time.monotonic()
        page = client.get(path)
        times.append(time.monotonic() - began)
    cache.clear()
    with CaptureQueriesContext(connection, ) as asked_for:
        client.get(path)
    found.append([name, sorted(times)[int(len(times) * 0.95)] * 1000, len(asked_for), len(page.content) / 1024])
print("DEALS", json.dumps([Inquiry.objects.count(), Negotiation.objects.count(), os.getloadavg()[0], Negotiation.objects.filter(firm=firms[0]).count(), found]))
"""


def main() -> None:
    """Fill a fair, then look at each page in one process, as a web process would."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 20_000
    with postgres() as database, tempfile.TemporaryDirectory(prefix="everfair-bench-") as data:
        env = environment(database, data)
        subprocess.run([EVERFAIR, "sample", "--scale", SCALE], env=env, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [EVERFAIR, "manage", "collectstatic", "--noinput"], env=env, check=True, stdout=subprocess.DEVNULL
        )
        work = WORK % {"scale": SCALE, "count": count, "looks": LOOKS}
        inquiries, negotiations, load, board, found = json.loads(told("DEALS", work, env))
    print(
        f"{inquiries:,} inquiries, {negotiations:,} negotiations, {board:,} of one firm; load of the machine {load:.1f}"
    )
    for name, took, queries, size in found:
        say(f"{name}, p95 ({queries} queries, {size:.0f} KiB)", took, "ms", 150, more_is_better=False)
    say(
        "the most queries of a page",
        max(queries for _name, _took, queries, _size in found),
        "",
        15,
        more_is_better=False,
    )


if __name__ == "__main__":
    main()
