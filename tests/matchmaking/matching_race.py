"""Workers and tabs that come to one letter, one set of rules, one interest, one dismissal, one list, at the same moment."""

import json
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from tests.programme.seat_race import at_once

NOW = datetime(2026, 9, 1, 8, 0, tzinfo=UTC)


def letter_race(workers: int) -> dict[str, Any]:
    """Several workers send all letters that are due, while two tabs of the reader end them."""
    from everfair.matchmaking import notices
    from everfair.matchmaking.actions.digest import send_digests, switch_digest
    from everfair.matchmaking.models import Seeker, Shown
    from tests.factories.exhibition import make_exhibitor, make_offer
    from tests.factories.fair import make_edition
    from tests.factories.matchmaking import make_seeker

    edition = make_edition(phase="live")
    make_offer(make_exhibitor(edition))
    seekers = [make_seeker(edition) for _n in range(3)]
    for seeker in seekers:
        switch_digest(seeker, True, by=seeker.user)
    letters: list[str] = []

    def kept(to: str, *_more: Any, **_named: Any) -> None:
        letters.append(to)

    with patch.object(notices.mail, "send", kept):
        answers = at_once([lambda: str(send_digests(NOW))] * workers)
    switched = at_once([lambda: str(switch_digest(seekers[0], False, by=None).wants_digest)] * 2)
    return {
        "answers": answers, "letters": sorted(letters), "wanted": sorted(one.user.email for one in seekers),
        "shown": Shown.objects.count(), "switched": switched,
        "want": Seeker.objects.filter(wants_digest=True).count(),
    }  # fmt: skip


def rules_race(tabs: int) -> dict[str, Any]:
    """Several organisers save what each read in the same version."""
    from everfair.base.models import AuditEntry
    from everfair.fair.models import Edition
    from everfair.matchmaking.actions.rules import save_rules
    from everfair.matchmaking.models import MatchRules
    from tests.factories.fair import make_edition

    edition = make_edition()

    def save(exposure: int) -> Callable[[], str]:
        def deed() -> str:
            save_rules(Edition.objects.get(pk=edition.pk), {"exposure": exposure, "version": 1}, by=None)
            return f"saved {exposure}"

        return deed

    answers = at_once([save(60 + number) for number in range(tabs)])
    row = MatchRules.objects.get(edition=edition)
    changes = AuditEntry.objects.filter(event="matchmaking.rules.changed", edition_id=edition.pk)
    return {"answers": answers, "exposure": row.exposure, "version": row.version, "changes": changes.count()}


def version_race(tabs: int) -> dict[str, Any]:
    """Organisers make different versions the active one, start comparisons with them, while a new one is learned."""
    from everfair.fair.models import Edition
    from everfair.matchmaking.actions import refreshing
    from everfair.matchmaking.actions.rules import activate_version, save_rules
    from everfair.matchmaking.models import MatchRules, ModelVersion
    from tests.factories.fair import make_edition

    edition = make_edition()
    for number in (1, 2, 3):
        ModelVersion.objects.create(edition=edition, number=number, is_active=number == 1)

    def activate(number: int) -> Callable[[], str]:
        return lambda: (
            f"active {activate_version(Edition.objects.get(pk=edition.pk), number, by=None).number}"
        )

    def compare() -> str:
        save_rules(Edition.objects.get(pk=edition.pk), {"compares": 2}, by=None)
        return "compared"

    def learn() -> str:
        return f"learned {refreshing.learn_version(Edition.objects.get(pk=edition.pk), by=None)}"

    texts, learned = [{"en": "one", "zh": "一"}] * 60, (b"nothing", {"records": 60})
    with (
        patch.object(refreshing.learning, "bilingual_records", lambda _edition: texts),
        patch.object(refreshing.learning, "learned_from", lambda *_more: learned),
    ):
        answers = at_once([activate(2), activate(3), compare, learn] * tabs)
    rules = MatchRules.objects.select_related("compares").filter(edition=edition).first()
    return {
        "answers": answers,
        "numbers": list(ModelVersion.objects.filter(edition=edition).order_by("number").values_list("number", flat=True)),
        "active": list(ModelVersion.objects.filter(edition=edition, is_active=True).values_list("number", flat=True)),
        "compares": rules.compares.number if rules and rules.compares else None,
    }  # fmt: skip


def comparing_race(tabs: int) -> dict[str, Any]:
    """The same comparison is started in several tabs."""
    from everfair.base.models import AuditEntry
    from everfair.fair.models import Edition
    from everfair.matchmaking.actions.rules import save_rules
    from everfair.matchmaking.models import MatchRules, ModelVersion
    from tests.factories.fair import make_edition

    edition = make_edition()
    for number in (1, 2):
        ModelVersion.objects.create(edition=edition, number=number, is_active=number == 1)

    def compare() -> str:
        save_rules(Edition.objects.get(pk=edition.pk), {"compares": 2}, by=None)
        return "compared"

    answers = at_once([compare] * tabs)
    row = MatchRules.objects.select_related("compares").get(edition=edition)
    changes = AuditEntry.objects.filter(event="matchmaking.rules.changed", edition_id=edition.pk)
    return {
        "answers": answers, "compares": row.compares and row.compares.number, "version": row.version,
        "changes": changes.count(),
    }  # fmt: skip


def interest_race(tabs: int) -> dict[str, Any]:
    """Offers of one sector are saved at once, the first of them in two tabs; in another fair learning is switched off meanwhile."""
    from everfair.matchmaking.actions.interests import save_thing, switch_learning
    from everfair.matchmaking.models import Act, Interest, Saved, Seeker
    from tests.factories.exhibition import make_exhibitor, make_offer
    from tests.factories.fair import make_sector
    from tests.factories.matchmaking import make_seeker

    def stage() -> tuple[Any, list[Any]]:
        firm = make_exhibitor()
        sector = make_sector(firm.edition, code="1.B")
        return make_seeker(firm.edition), [make_offer(firm, sector=sector) for _n in range(tabs)]

    def save(seeker: Any, offer: Any) -> Callable[[], str]:
        def deed() -> str:
            save_thing(Seeker.objects.get(pk=seeker.pk), offer, by=None, now=NOW)
            return "saved"

        return deed

    seeker, offers = stage()
    answers = at_once([save(seeker, offer) for offer in (*offers, offers[0])])
    liked = Interest.objects.get(seeker=seeker, kind="sector", value="1.B")
    other, more = stage()

    def off() -> str:
        switch_learning(other, False, by=None, now=NOW)
        return "off"

    answers += at_once([*(save(other, offer) for offer in more), off])
    return {
        "answers": answers,
        "saved": Saved.objects.filter(seeker=seeker).count(),
        "acts": sorted(Act.objects.filter(seeker=seeker).values_list("times", flat=True)),
        "weight": round(liked.weight, 6),
        "left": Act.objects.filter(seeker=other).count() + Interest.objects.filter(seeker=other).count(),
        "kept": Saved.objects.filter(seeker=other).count(),
    }


def dismissal_race(tabs: int) -> dict[str, Any]:
    """The same firm is set aside in several tabs, with different reasons, and brought back in as many."""
    from everfair.matchmaking.actions.interests import bring_back, dismiss
    from everfair.matchmaking.models import Dismissal
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.matchmaking import make_seeker

    firm = make_exhibitor()
    seeker = make_seeker(firm.edition)

    def aside(why: str) -> Callable[[], str]:
        return lambda: f"aside {dismiss(seeker, firm, why, by=None).pk}"

    answers = at_once([aside(why) for why in ("place", "size", "never", "", "known")[:tabs]])
    rows = list(Dismissal.objects.filter(seeker=seeker))

    def back() -> str:
        bring_back(seeker, rows[0], by=None)
        return "back"

    return {
        "answers": sorted(set(answers)), "rows": len(rows), "back": at_once([back] * tabs),
        "left": Dismissal.objects.filter(seeker=seeker).count(),
    }  # fmt: skip


def list_race(tabs: int) -> dict[str, Any]:
    """One person opens the same list in several tabs, for the first time."""
    from everfair.matchmaking.actions.recommending import note_shown, recommend
    from everfair.matchmaking.models import Recommendation, Seeker, Shown
    from tests.factories.exhibition import make_exhibitor, make_offer
    from tests.factories.fair import make_edition
    from tests.factories.matchmaking import make_seeker

    edition = make_edition()
    for _n in range(3):
        make_offer(make_exhibitor(edition))
    seeker = make_seeker(edition)

    def look() -> str:
        own = Seeker.objects.select_related("edition").get(pk=seeker.pk)
        found = recommend(own, "exhibitor", now=NOW)
        note_shown(own, "exhibitor", found.rows, now=NOW)
        return " ".join(str(row[0]) for row in found.rows)

    answers = at_once([look] * tabs)
    return {
        "answers": sorted(set(answers)), "kept": Recommendation.objects.filter(seeker=seeker).count(),
        "shown": sorted(Shown.objects.filter(seeker=seeker).values_list("rank", flat=True)),
    }  # fmt: skip


def refresh_race(tabs: int) -> dict[str, Any]:
    """Several organisers press “Refresh now”."""
    from everfair.fair.models import Edition
    from everfair.matchmaking.actions.refreshing import start_refresh
    from everfair.matchmaking.models import Refresh
    from tests.factories.fair import make_edition

    edition = make_edition()

    def start() -> str:
        start_refresh(Edition.objects.get(pk=edition.pk), by=None)
        return "started"

    answers = at_once([start] * tabs)
    return {"answers": answers, "rows": Refresh.objects.filter(edition=edition).count()}


RACES: dict[str, Callable[[int], dict[str, Any]]] = {
    "letters": letter_race, "rules": rules_race, "versions": version_race, "comparing": comparing_race,
    "interests": interest_race, "dismissals": dismissal_race, "lists": list_race, "refreshes": refresh_race,
}  # fmt: skip


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): what came of each race as JSON."""
    import django

    django.setup()
    from tests.prepared import make_tables

    make_tables()
    print(json.dumps({name: race(4) for name, race in RACES.items()}))


if __name__ == "__main__":
    main()
