"""Two tabs that make one seeker, one answer, one choice of firms, one list, at the same moment."""

import json
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from tests.prepared import make_tables
from tests.programme.seat_race import at_once


def seeker_race(tabs: int) -> dict[str, Any]:
    """One person and one firm come first from several tabs."""
    from everfair.exhibition.models import Exhibitor
    from everfair.matchmaking.actions.seekers import seeker_for
    from everfair.matchmaking.models import Seeker
    from everfair.people.models import User
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.people import make_user

    firm, user = make_exhibitor(), make_user()

    def person() -> str:
        return f"person {seeker_for(User.objects.get(pk=user.pk), firm.edition).pk}"

    def booth() -> str:
        return f"firm {seeker_for(Exhibitor.objects.select_related('edition').get(pk=firm.pk)).pk}"

    answers = at_once([person, booth] * tabs)
    return {"answers": sorted(set(answers)), "rows": Seeker.objects.filter(edition=firm.edition).count()}


def answer_race(tabs: int) -> dict[str, Any]:
    """Several of a firm's people answer the same need."""
    from everfair.exhibition.models import Exhibitor
    from everfair.matchmaking.actions.answers import answer_need
    from everfair.matchmaking.models import Need, NeedAnswer
    from tests.factories.matchmaking import make_firm, make_need

    need = make_need()
    firm, _owner = make_firm(need.edition)

    def answer() -> str:
        one = Exhibitor.objects.select_related("organisation", "edition").get(pk=firm.pk)
        answer_need(Need.objects.get(pk=need.pk), one, "We can help with that.", by=None)
        return "sent"

    answers = at_once([answer] * tabs)
    return {"answers": answers, "rows": NeedAnswer.objects.filter(need=need).count()}


def choosing_race(tabs: int) -> dict[str, Any]:
    """The same firms are chosen, and the same sectors saved, in several tabs."""
    from everfair.exhibition.models import Exhibitor
    from everfair.fair.models import Sector
    from everfair.matchmaking.actions.needs import choose_firms, save_need
    from everfair.matchmaking.models import Need
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_sector
    from tests.factories.matchmaking import make_need

    need = make_need(state="draft", audience="chosen")
    firms = [make_exhibitor(need.edition).pk for _ in range(2)]
    sectors = [make_sector(need.edition).pk for _ in range(2)]

    def choose() -> str:
        rows = Exhibitor.objects.select_related("organisation").filter(pk__in=firms)
        choose_firms(Need.objects.get(pk=need.pk), by=None, add=rows)
        return "chosen"

    def save() -> str:
        more = list(Sector.objects.filter(pk__in=sectors))
        save_need(None, Need.objects.get(pk=need.pk), {"more_sectors": more}, by=None)
        return "saved"

    answers = at_once([choose, save] * tabs)
    return {
        "answers": sorted(set(answers)), "firms": need.chosen.count(), "sectors": need.more_sectors.count()
    }  # fmt: skip


def list_race(tabs: int) -> dict[str, Any]:
    """The same list is sent several times at once."""
    from everfair.fair.models import Edition
    from everfair.matchmaking.actions.importing import import_needs
    from everfair.matchmaking.models import Need
    from tests.factories.fair import make_edition

    edition = make_edition()
    with TemporaryDirectory() as folder:
        path = Path(folder) / "list.csv"
        path.write_text("id,title\n1,Legal advice\n2,Cloud storage\n", encoding="utf-8")

        def send() -> str:
            report = import_needs(Edition.objects.get(pk=edition.pk), path, by=None)
            return f"{report.new} new, {report.unchanged} unchanged"

        answers = at_once([send] * tabs)
    return {"answers": answers, "rows": Need.objects.filter(edition=edition).count()}


def letter_race(tabs: int) -> dict[str, Any]:
    """Several workers come to the same weekly letter."""
    from django.utils import timezone

    from everfair.matchmaking.actions.digest import send_digest, switch_digest
    from everfair.matchmaking.actions.seekers import seeker_for
    from everfair.matchmaking.models import Seeker, Shown
    from tests.factories.exhibition import make_exhibitor, make_offer
    from tests.factories.people import make_user

    firm, user = make_exhibitor(state="published"), make_user()
    make_offer(firm)
    seeker = seeker_for(user, firm.edition)
    switch_digest(seeker, True, by=user)
    now = timezone.now()

    def send() -> int:
        rows = Seeker.objects.select_related("edition__fair", "user", "exhibitor__organisation")
        return int(send_digest(rows.get(pk=seeker.pk), now))

    answers = at_once([send] * tabs)
    return {"answers": answers, "letters": Shown.objects.filter(seeker=seeker).count()}


def questions_race(tabs: int) -> dict[str, Any]:
    """The three questions are answered and skipped in several tabs of the page after registering."""
    from everfair.matchmaking.actions.first_answers import save_first_answers, skip_questions
    from everfair.matchmaking.models import FirstAnswers
    from everfair.registration.models import Registration
    from tests.factories.registration import make_registration

    row = make_registration()

    def answer() -> str:
        save_first_answers(Registration.objects.get(pk=row.pk), {"looks_for": "Cranes"})
        return "answered"

    def skip() -> str:
        skip_questions(Registration.objects.get(pk=row.pk))
        return "skipped"

    answers = at_once([answer, skip] * tabs)
    kept = FirstAnswers.objects.filter(registration=row)
    return {
        "answers": sorted(set(answers)),
        "rows": kept.count(),
        "kept": kept.get().answers.get("looks_for"),
    }


RACES: dict[str, Callable[[int], dict[str, Any]]] = {
    "seekers": seeker_race, "answers": answer_race, "choosing": choosing_race, "lists": list_race,
    "letters": letter_race, "questions": questions_race,
}  # fmt: skip


def main() -> None:
    """On a new SQLite file (EVERFAIR_DATA_DIR): what came of each race as JSON."""
    import django

    django.setup()
    make_tables()
    print(json.dumps({name: race(5) for name, race in RACES.items()}))


if __name__ == "__main__":
    main()
