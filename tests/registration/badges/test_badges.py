"""Badges are issued once, re-issued, made void; keys are rotated and distrusted; the same at the same moment."""

import json
import os
import subprocess
import sys
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from everfair.base.models import AuditEntry
from everfair.base.refusals import Refused
from everfair.engines import passes
from everfair.registration.actions import badges
from everfair.registration.actions.keys import key_in_use
from everfair.registration.models import Badge, Registration, SigningKey
from everfair.registration.queries.badges import (
    door_list,
    judge_code,
    judge_codes,
    public_keys,
    valid_badge,
    void_list,
)
from tests.factories.badges import make_badge_holder, make_badge_kind
from tests.factories.fair import make_edition
from tests.factories.people import make_user
from tests.registration.badges.race import issue_at_once

HERE = Path(__file__).resolve().parents[3]
DAY = date(2026, 9, 5)


@pytest.fixture
def person(db: None) -> Registration:
    return make_badge_holder()


def verdict(badge: Badge, today: date = DAY) -> str:
    return judge_code(badge.edition, badge.code, today).verdict


def test_a_badge_is_issued_once_signed_and_in_the_log(person: Registration) -> None:
    user = make_user()
    badge = badges.issue_badge(person, by=user)
    assert badges.issue_badge(person, by=user) == badge
    judged = judge_code(person.edition, badge.code, DAY)
    assert (judged.verdict, judged.badge, judged.registration) == ("valid", badge, person)
    entry = AuditEntry.objects.get(event="registration.badge.issued")
    assert (entry.by_id, entry.object_id) == (user.pk, person.pk)
    assert entry.after == {"serial": badge.serial, "issue": 1}


def test_the_code_tells_nothing_of_the_person(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    said = passes.read(badge.code)
    assert said == passes.Pass(
        1, person.edition_id, person.kind_id, badge.serial, 1, expires=date(2026, 9, 10)
    )
    assert badge.serial != person.pk


def test_reissuing_makes_the_old_one_void_under_the_same_serial(person: Registration) -> None:
    old = badges.issue_badge(person, by=None)
    new = badges.reissue_badge(person, by=None, reason="  Lost in   the hall. ")
    old.refresh_from_db()
    assert (verdict(old), verdict(new)) == ("void", "valid")
    assert (new.serial, new.issue, old.void_reason) == (old.serial, 2, "Lost in the hall.")
    assert judge_code(person.edition, old.code, DAY).registration == person
    assert void_list(person.edition) == [(old.serial, 2)]
    assert badges.issue_badge(person, by=None) == new


@pytest.mark.parametrize("reason", ["", "  \n"])
def test_a_reason_is_needed_and_nothing_is_half_done(person: Registration, reason: str) -> None:
    badge = badges.issue_badge(person, by=None)
    with pytest.raises(Refused, match="Say why"):
        badges.reissue_badge(person, by=None, reason=reason)
    with pytest.raises(Refused, match="Say why"):
        badges.void_badge(badge, by=None, reason=reason)
    assert verdict(badge) == "valid"


def test_a_void_badge_stays_void_and_a_new_one_counts_on(person: Registration) -> None:
    badge = badges.void_badge(badges.issue_badge(person, by=None), by=None, reason="Given away.")
    assert verdict(badge) == "void"
    assert valid_badge(person) is None
    with pytest.raises(Refused, match="void already"):
        badges.void_badge(badge, by=None, reason="Again.")
    assert badges.issue_badge(person, by=None).issue == 2
    assert verdict(badge) == "void"


@pytest.mark.parametrize("state", ["requested", "waiting", "declined", "cancelled"])
def test_only_who_is_approved_gets_a_badge(db: None, state: str) -> None:
    person = make_badge_holder(state=state)
    with pytest.raises(Refused, match="no approved registration"):
        badges.issue_badge(person, by=None)
    assert badges.issue_badges([person], by=None) == []
    assert Badge.objects.count() == 0


def test_whoever_cancelled_is_not_expected_on_line_and_off(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    assert [row["serial"] for row in door_list(person.edition)] == [badge.serial]
    Registration.objects.filter(pk=person.pk).update(state="cancelled")
    assert verdict(badge) == "not_expected"
    assert list(door_list(person.edition)) == []
    assert void_list(person.edition) == [(badge.serial, 2)]
    assert badges.void_badges_of(person, by=None, reason="Cancelled.") == 1
    assert badges.void_badges_of(person, by=None, reason="Cancelled.") == 0
    assert verdict(badge) == "not_expected"


def test_a_badge_of_another_edition_and_a_forged_and_an_expired_one(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    elsewhere = badges.issue_badge(make_badge_holder(), by=None)
    assert judge_code(person.edition, elsewhere.code, DAY).verdict == "other_edition"
    changed = badge.code[:40] + ("A" if badge.code[40] != "A" else "B") + badge.code[41:]
    assert judge_code(person.edition, changed, DAY).verdict == "forged"
    assert judge_code(person.edition, "https://example.org", DAY).verdict == "forged"
    assert verdict(badge, date(2026, 9, 10)) == "valid"  # the day after: clocks differ, evenings are long
    late = judge_code(person.edition, badge.code, date(2026, 9, 11))
    assert (late.verdict, late.registration) == ("expired", person)


def test_a_hand_scanner_may_lose_capitals_and_add_an_end_of_line(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    assert judge_code(person.edition, f" {badge.code.lower()}\r\n", DAY).verdict == "valid"


def test_many_codes_cost_two_queries(person: Registration, django_assert_num_queries: Any) -> None:
    codes = [badges.issue_badge(make_badge_holder(person.kind), by=None).code for _ in range(3)]
    for some in (codes[:1], codes):
        with django_assert_num_queries(2):
            judged = judge_codes(person.edition, [*some, "nonsense"], DAY)
            names = [found.registration.kind.code for found in judged if found.registration]
        assert [found.verdict for found in judged] == ["valid"] * len(some) + ["forged"]
        assert len(names) == len(some)


def test_a_rotated_key_still_proves_what_it_signed(person: Registration) -> None:
    old = badges.issue_badge(person, by=None)
    key = badges.rotate_key(person.edition, by=None)
    new = badges.issue_badge(make_badge_holder(person.kind), by=None)
    assert (old.key.number, new.key.number, key.number) == (1, 2, 2)
    assert (verdict(old), verdict(new)) == ("valid", "valid")
    assert set(public_keys(person.edition)) == {1, 2}


def test_a_distrusted_key_makes_its_badges_void_and_everybody_gets_a_new_one(person: Registration) -> None:
    old = badges.issue_badge(person, by=None)
    other = badges.issue_badge(make_badge_holder(person.kind), by=None)
    with pytest.raises(Refused, match="how the key was lost"):
        badges.distrust_key(old.key, by=None, reason=" ")
    assert badges.distrust_key(old.key, by=None, reason="The disk was stolen.") == 2
    assert (verdict(old), verdict(other)) == ("void", "void")
    assert list(public_keys(person.edition)) == [2]
    assert list(door_list(person.edition)) == []
    with pytest.raises(Refused, match="distrusted already"):
        badges.distrust_key(SigningKey.objects.get(pk=old.key_id), by=None, reason="Again.")
    assert badges.issue_missing_badges(person.edition) == 2
    new = valid_badge(person)
    assert new is not None
    assert (new.serial, new.issue, verdict(new)) == (old.serial, 2, "valid")
    assert badges.issue_missing_badges(person.edition) == 0


def test_a_thief_of_a_distrusted_key_learns_and_gets_nothing(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    key, seed = key_in_use(person.edition)
    forged = passes.write(
        passes.Pass(key.number, person.edition_id, person.kind_id, 99, 1, date(2026, 9, 9)), seed
    )
    assert judge_code(person.edition, forged, DAY).verdict == "not_expected"
    badges.distrust_key(key, by=None, reason="Stolen.")
    found = judge_code(person.edition, forged, DAY)
    assert (found.verdict, found.badge) == ("void", None)
    assert verdict(badge) == "void"


def test_a_badge_issued_while_its_key_was_distrusted_is_replaced(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    badges.distrust_key(badge.key, by=None, reason="Stolen.")
    Badge.objects.filter(pk=badge.pk).update(state="valid", voided_at=None)  # the other request was later
    assert verdict(badge) == "void"
    new = badges.issue_badge(person, by=None)
    assert (new.issue, new.key.number, verdict(new)) == (2, 2, "valid")


def test_the_seed_is_sealed_and_another_secret_key_makes_a_new_key(
    person: Registration, settings: Any
) -> None:
    old = badges.issue_badge(person, by=None)
    _key, seed = key_in_use(person.edition)
    assert seed.hex() not in old.key.private
    settings.SECRET_KEY = "another one, after a restore"
    new = badges.reissue_badge(person, by=None, reason="Lost.")
    assert new.key.number == 2
    other = make_badge_holder(person.kind)
    assert badges.issue_badge(other, by=None).key.number == 2
    assert verdict(new) == "valid"
    settings.SECRET_KEY_FALLBACKS = ["tests-only"]
    assert key_in_use(person.edition)[0].number == 2


def test_the_255th_key_is_the_last(person: Registration) -> None:
    SigningKey.objects.create(
        edition=person.edition, number=255, private="", public="", retired_at=timezone.now()
    )
    with pytest.raises(Refused, match="255 keys"):
        badges.rotate_key(person.edition, by=None)


def test_the_255th_issue_is_the_last(person: Registration) -> None:
    badge = badges.issue_badge(person, by=None)
    Badge.objects.filter(pk=badge.pk).update(issue=255)
    with pytest.raises(Refused, match="255 times"):
        badges.reissue_badge(person, by=None, reason="Lost.")
    assert valid_badge(person) is not None


def test_void_list_tells_what_changed_since(person: Registration) -> None:
    now = timezone.now()
    old, new = now - timedelta(hours=3), now - timedelta(hours=1)
    first = badges.issue_badge(person, by=None, now=old)
    second = badges.issue_badge(make_badge_holder(person.kind), by=None, now=old)
    badges.void_badge(first, by=None, reason="Lost.", now=old)
    badges.void_badge(second, by=None, reason="Lost.", now=new)
    assert void_list(person.edition) == sorted([(first.serial, 2), (second.serial, 2)])
    assert void_list(person.edition, now - timedelta(hours=2)) == [(second.serial, 2)]
    assert void_list(person.edition, new) == [(second.serial, 2)]  # transactions end later than their dates
    assert void_list(make_edition()) == []


def test_the_door_list_holds_what_a_device_needs_and_no_more(
    person: Registration, django_assert_num_queries: Any
) -> None:
    person.watch = "vip"
    person.save()
    badge = badges.issue_badge(person, by=None)
    badges.issue_badge(make_badge_holder(make_badge_kind()), by=None)  # another edition
    with django_assert_num_queries(1):
        rows = list(door_list(person.edition))
    assert rows == [
        {
            "serial": badge.serial, "issue": 1, "kind": person.kind_id, "name": person.name,
            "firm": person.organisation_name, "watch": "vip",
        }
    ]  # fmt: skip


def test_many_badges_at_once_cost_a_handful_of_statements(
    person: Registration, django_assert_max_num_queries: Any
) -> None:
    people = [make_badge_holder(person.kind) for _ in range(40)]
    had = badges.issue_badge(people[0], by=None)
    badges.void_badge(badges.issue_badge(people[1], by=None), by=None, reason="Lost.")
    with django_assert_max_num_queries(14):
        made = badges.issue_badges(people, by=None)
    assert len(made) == 39
    assert valid_badge(people[0]) == had
    again = valid_badge(people[1])
    assert again is not None
    assert again.issue == 2
    assert {verdict(badge) for badge in made} == {"valid"}


def judge(turns: list[dict[str, Any]]) -> None:
    for turn in turns:
        assert turn["answers"] == ["done"] * len(turn["answers"]), turn
        assert (turn["valid"], turn["serials"], turn["others"], turn["keys"]) == (1, 1, 4, 1), turn
        assert turn["issues"] == list(range(1, len(turn["issues"]) + 1)), turn


def test_everybody_at_once_on_sqlite(tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("EVERFAIR_")}
    own = {"EVERFAIR_DATA_DIR": str(tmp_path / "race"), "DJANGO_SETTINGS_MODULE": "everfair.config.settings"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.registration.badges.race"],
        env={**kept, **own, "PYTHONPATH": str(HERE)}, cwd=HERE, capture_output=True, text=True, timeout=300,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    judge(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_everybody_at_once_on_postgresql() -> None:
    judge([issue_at_once() for _turn in range(4)])
