"""Editions: made three ways, saved under a version, moved along the phases, refused when the input is bad."""

from datetime import date
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from everfair.base.charts import IllegalChange
from everfair.base.models import AuditEntry, Change
from everfair.base.refusals import EditedMeanwhile, Refused
from everfair.fair.actions.editions import (
    change_phase,
    create_edition,
    create_fair,
    remove_edition,
    save_edition,
    save_fair,
)
from everfair.fair.models import PHASE_STEPS, Edition, Sector, TeamMember
from everfair.fair.queries import current_edition, kinds_of, sector_tree
from everfair.fair.signals import edition_created
from tests.factories.exhibition import make_exhibitor
from tests.factories.fair import (
    make_area,
    make_delegation,
    make_edition,
    make_fair,
    make_place,
    make_sector,
    make_team_member,
)
from tests.factories.people import make_user

pytestmark = pytest.mark.django_db


def _values(**extra: Any) -> dict[str, Any]:
    return {
        "name": {"en": "Luming Fair 2026", "zh": "2026鹿鸣服贸会"},
        "starts_on": date(2026, 9, 4),
        "ends_on": date(2026, 9, 9),
        "time_zone": "Africa/Nairobi",
        "venue": {"en": "Luming Convention Centre"},
        "languages": ["en", "zh"],
        **extra,
    }


def test_an_empty_edition_is_a_draft_with_its_maker_as_administrator() -> None:
    person = make_user()
    edition = create_edition(make_fair(), _values(), by=person)
    assert edition.phase == "draft"
    assert edition.slug == "luming-fair-2026"
    assert list(edition.team.values_list("user", "role")) == [(person.pk, "administrator")]
    assert not edition.areas.exists()
    assert AuditEntry.objects.filter(event="fair.edition.created", edition_id=edition.pk, by=person).exists()
    assert Change.objects.filter(topic="fair.edition", key=edition.pk).exists()


def test_the_services_template_lays_out_one_plus_eight_plus_two() -> None:
    edition = create_edition(make_fair(), _values(), by=make_user(), template="services")
    kinds = [area.kind for area in edition.areas.all()]
    assert (kinds.count("comprehensive"), kinds.count("topical"), kinds.count("service")) == (1, 8, 2)
    assert [area.code for area in edition.areas.all()] == [
        "c",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "8",
        "s1",
        "s2",
    ]
    assert all(area.name["en"] and area.name["zh"] and len(area.shape) == 4 for area in edition.areas.all())
    rows = kinds_of(edition)
    assert len(rows.activity_kinds) == 7
    assert [kind.code for kind in rows.outcome_classes] == [
        "agreement", "investment", "first-launch", "strategic-agreement", "authoritative-release",
        "alliance-platform", "award",
    ]  # fmt: skip
    assert "buyer" in {kind.code for kind in rows.badge_kinds}


def test_areas_of_the_template_do_not_share_ground() -> None:
    edition = create_edition(make_fair(), _values(), by=None, template="services")
    boxes = [(*area.shape[0], *area.shape[2]) for area in edition.areas.all()]
    for i, (left, top, right, bottom) in enumerate(boxes):
        assert left < right <= 1000
        assert top < bottom <= 600
        for other in boxes[i + 1 :]:
            apart = right <= other[0] or other[2] <= left or bottom <= other[1] or other[3] <= top
            assert apart, (boxes[i], other)


def test_the_default_sectors_are_the_twelve_of_w120_with_their_codes() -> None:
    edition = create_edition(make_fair(), _values(), by=None, template="services")
    tops = sector_tree(edition)
    assert [node.sector.code for node in tops] == [str(number) for number in range(1, 13)]
    assert sorted(node.sector.motif for node in tops) == list(range(1, 13))
    legal = Sector.objects.get(edition=edition, code="1.A.a")
    assert (legal.cpc, legal.path, legal.parent.code) == ("861", "1/1.A/1.A.a/", "1.A")  # type: ignore[union-attr]
    assert legal.motif == tops[0].sector.motif
    nameless = [s.code for s in edition.sectors.all() if not (s.name.get("en") and s.name.get("zh"))]
    assert nameless == []


def test_laying_out_takes_few_queries(django_assert_max_num_queries: Any) -> None:
    fair = make_fair()
    with django_assert_max_num_queries(30):
        create_edition(fair, _values(), by=None, template="services")


def test_from_an_earlier_edition_only_what_was_chosen_comes_along() -> None:
    old = make_edition()
    area = make_area(old, code="7", blurb={"en": "Robots"})
    place = make_place(area)
    child = make_sector(old, parent=make_sector(old, code="1"), code="1.A")
    make_team_member(old, role="reviewer", area=area)
    make_delegation(old, make_user(), quota=12)
    by = make_user()
    new = create_edition(
        old.fair, _values(), by=by, from_edition=old, carry=["places", "sectors", "team", "delegations"]
    )
    assert new.made_from == old
    assert [(a.code, a.blurb) for a in new.areas.all()] == [("7", {"en": "Robots"})]
    assert [(p.number, p.x, p.area.edition_id) for p in new.places.all()] == [(place.number, place.x, new.pk)]
    copied = new.sectors.get(code="1.A")
    assert (copied.path, copied.parent.edition_id) == (child.path, new.pk)
    reviewer = new.team.get(role="reviewer")
    assert reviewer.area is not None
    assert reviewer.area.edition_id == new.pk
    assert [(d.quota, d.members.count()) for d in new.delegations.all()] == [(12, 1)]
    assert not new.activity_kinds.exists()
    assert old.areas.count() == old.places.count() == 1


def test_a_bound_reviewer_is_never_set_free_by_carrying_over() -> None:
    old = make_edition()
    make_team_member(old, role="reviewer", area=make_area(old))
    new = create_edition(old.fair, _values(), by=make_user(), from_edition=old, carry=["team"])
    assert not new.team.filter(role="reviewer").exists()


def test_rooms_above_hear_of_it_inside_the_transaction() -> None:
    heard: list[Any] = []

    def listen(sender: Any, **said: Any) -> None:
        heard.append(said)
        raise RuntimeError("a room above could not follow")

    edition_created.connect(listen)
    try:
        with pytest.raises(RuntimeError):
            create_edition(make_fair(), _values(), by=None, template="services")
    finally:
        edition_created.disconnect(listen)
    assert len(heard[0]["layout"]["task_kinds"]) == 4
    assert not Edition.objects.exists(), "nothing half done"


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"ends_on": date(2026, 9, 3)}, "ends_on"),
        ({"starts_on": None}, "starts_on"),
        ({"name": {"en": "  "}}, "name"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"languages": []}, "languages"),
        ({"name": {"en": "x" * 201}}, "name"),
    ],
)
def test_bad_input_is_refused_with_the_field_and_nothing_is_made(change: dict[str, Any], field: str) -> None:
    with pytest.raises(Refused) as refused:
        create_edition(make_fair(), _values(**change), by=make_user(), template="services")
    assert refused.value.field == field
    assert str(refused.value).endswith(".")
    assert not Edition.objects.exists()


def test_the_database_too_refuses_an_edition_that_ends_before_it_begins() -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        make_edition(starts_on=date(2026, 9, 4), ends_on=date(2026, 9, 3))


def test_a_taken_address_is_refused_and_a_made_one_avoids_it() -> None:
    fair = make_fair()
    first = create_edition(fair, _values(slug="luming"), by=None)
    with pytest.raises(Refused, match="luming"):
        create_edition(fair, _values(slug="luming"), by=None)
    second, third = create_edition(fair, _values(), by=None), create_edition(fair, _values(), by=None)
    assert len({first.slug, second.slug, third.slug}) == 3


def test_saving_counts_up_the_version_and_keeps_before_and_after() -> None:
    edition = make_edition()
    save_edition(edition, {"ends_on": date(2026, 9, 10)}, by=make_user(), version=1)
    assert (edition.version, edition.ends_on) == (2, date(2026, 9, 10))
    entry = AuditEntry.objects.get(event="fair.edition.changed")
    assert (entry.before, entry.after) == ({"ends_on": "2026-09-09"}, {"ends_on": "2026-09-10"})


def test_saving_what_is_there_already_changes_nothing() -> None:
    edition = make_edition()
    save_edition(edition, {"name": dict(edition.name)}, by=None, version=1)
    assert edition.version == 1
    assert not AuditEntry.objects.exists()


def test_an_older_form_overwrites_nothing_and_says_who_saved() -> None:
    edition = make_edition()
    save_edition(edition, {"venue": {"en": "Hall A"}}, by=make_user(name="Mina"), version=1)
    with pytest.raises(EditedMeanwhile, match="Mina") as refused:
        save_edition(edition, {"venue": {"en": "Hall B"}}, by=None, version=1)
    assert refused.value.current == 2
    edition.refresh_from_db()
    assert edition.venue == {"en": "Hall A"}


def test_every_step_of_the_chart_works_and_every_other_is_refused() -> None:
    for before in Edition.Phase.values:
        for after in Edition.Phase.values:
            edition = make_edition(phase=before)
            make_area(edition), make_sector(edition)
            if (before, after) in PHASE_STEPS:
                assert change_phase(edition, after, by=None).phase == after
                entry = AuditEntry.objects.filter(object_id=edition.pk).first()
                assert entry is not None
                assert (entry.before, entry.after) == ({"phase": before}, {"phase": after})
            else:
                with pytest.raises(IllegalChange):
                    change_phase(edition, after, by=None)
                edition.refresh_from_db()
                assert edition.phase == before


def test_an_edition_without_areas_or_sectors_does_not_open() -> None:
    edition = make_edition(phase="announced")
    with pytest.raises(Refused, match="area"):
        change_phase(edition, "open", by=None)
    make_area(edition)
    with pytest.raises(Refused, match="sectors"):
        change_phase(edition, "open", by=None)
    make_sector(edition)
    assert change_phase(edition, "open", by=None).phase == "open"


def test_only_a_draft_without_exhibitors_is_deleted() -> None:
    live = make_edition()
    with pytest.raises(Refused, match="draft"):
        remove_edition(live, by=None)
    draft = make_edition(phase="draft")
    make_exhibitor(draft, state="draft")
    with pytest.raises(Refused, match="exhibitors"):
        remove_edition(draft, by=None)
    empty = make_edition(phase="draft")
    make_place(make_area(empty))
    remove_edition(empty, by=None)
    assert set(Edition.objects.all()) == {live, draft}


def test_the_current_edition_is_the_newest_live_else_open_announced_evergreen() -> None:
    assert current_edition() is None
    make_edition(phase="draft", starts_on=date(2028, 1, 1), ends_on=date(2028, 1, 2))
    assert current_edition() is None
    for phase, year in (
        ("archived", 2030),
        ("evergreen", 2024),
        ("announced", 2027),
        ("open", 2026),
        ("live", 2025),
    ):
        edition = make_edition(phase=phase, starts_on=date(year, 1, 1), ends_on=date(year, 1, 2))
        assert current_edition() == edition
    newer = make_edition(phase="live", starts_on=date(2026, 5, 1), ends_on=date(2026, 5, 2))
    assert current_edition() == newer


def test_a_fair_is_made_and_renamed_and_its_editions_hear_of_it() -> None:
    fair = create_fair({"name": {"zh": "鹿鸣服贸会"}, "seal": "鹿鸣"}, by=None)
    assert fair.slug == "fair"
    assert create_fair({"name": {"zh": "另一届"}}, by=None).slug != "fair"
    edition = make_edition(fair)
    save_fair(fair, {"name": {"en": "Luming Fair"}}, by=None)
    assert Change.objects.filter(topic="fair.edition", key=edition.pk).exists()
    with pytest.raises(Refused):
        save_fair(fair, {"name": {}}, by=None)


def test_unknown_parts_and_two_sources_are_refused() -> None:
    fair = make_fair()
    with pytest.raises(ValueError, match="halls"):
        create_edition(fair, _values(), by=None, carry=["halls"])
    with pytest.raises(Refused):
        create_edition(fair, _values(), by=None, template="services", from_edition=make_edition())
    assert not TeamMember.objects.exists()
