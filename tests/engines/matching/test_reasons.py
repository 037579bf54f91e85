"""Reasons: what they name, what they never name, and that every one has a code with its parameters."""

from dataclasses import replace

from hypothesis import given, settings

from everfair.engines.matching import (
    Ground,
    Interests,
    Licence,
    Message,
    Offers,
    Profile,
    Seeks,
    all_codes,
    explain,
    fairness_report,
    prepare,
    rank,
    reasons,
    suspects,
)
from tests.engines.matching.examples import Words, fairs


def grounds(seeker, candidate, **more):
    return {(reason.ground, reason.is_theirs): reason.facts for reason in reasons(seeker, candidate, **more)}


BROKER = Profile(
    "b",
    "broker",
    offers=Offers(
        {"en": "Customs brokerage for machine parts"}, sectors=("1/1.A/1.A.a",), modes=5, country="KE", delivers_to=("*",),
        languages=("en", "zh"), size="small", licences=(Licence("Customs agent", ("KE",)),), price=(10, 20),
    ),
    seeks=Seeks({"en": "freight software"}, sectors=("2",)),
)  # fmt: skip


def test_every_wish_that_holds_is_named():
    need = Seeks(
        {"en": "customs broker for parts"}, sectors=("1/1.A",), modes=4, countries=("KE",), deliver_to=("CN",),
        languages=("zh",), sizes=("small",), licences=(Licence("customs", ("KE",)),), budget=(15, 30),
    )  # fmt: skip
    found = grounds(Profile("s", seeks=need), BROKER)
    assert found[Ground.WORDS, False]["words"] == ("customs", "parts")
    assert found[Ground.SECTOR, False] == {
        "sector": "1/1.A",
        "asked": "1/1.A",
        "offered": "1/1.A/1.A.a",
        "is_inside": 1,
    }
    assert found[Ground.MODE, False]["modes"] == ("3",)
    assert found[Ground.COUNTRY, False]["country"] == "KE"
    assert found[Ground.DELIVERY, False] == {"countries": ("CN",), "is_anywhere": 1}
    assert found[Ground.LANGUAGE, False]["languages"] == ("zh",)
    assert found[Ground.SIZE, False]["size"] == "small"
    assert found[Ground.LICENCE, False] == {"name": "Customs agent", "countries": ("KE",)}
    assert found[Ground.BUDGET, False] == {"low": 15, "high": 20}


def test_words_of_two_languages_are_set_side_by_side():
    found = grounds(
        Profile("s", seeks=Seeks({"zh": "寻找报关公司"})),
        replace(BROKER, offers=Offers({"en": "our customs desk"})),
        model=Words(),
    )
    assert found[Ground.MEANING, False] == {
        "words": ("报关",),
        "theirs": ("customs",),
        "asked_in": "zh",
        "language": "en",
    }


def test_what_they_look_for_is_told_as_theirs_and_both_ways_as_mutual():
    seeker = Profile(
        "s",
        seeks=Seeks(sectors=("1/1.A",)),
        offers=Offers({"en": "software for freight"}, sectors=("2/2.A",)),
    )
    given_reasons = reasons(seeker, BROKER)
    assert (Ground.SECTOR, True) in {(r.ground, r.is_theirs) for r in given_reasons}
    messages = explain(given_reasons, most=9)
    assert messages[0] == Message("mutual", {})
    assert {"sector_same", "their_sector_same", "their_words"} <= {m.code for m in messages}


def test_words_asked_for_in_two_languages_may_be_told_in_either():
    seeker = Profile("s", seeks=Seeks({"en": "customs papers", "zh": "报关 清关"}))
    firm = replace(BROKER, offers=Offers({"en": "our customs desk", "zh": "报关服务"}))
    told = [r for r in reasons(seeker, firm) if r.ground is Ground.WORDS]
    assert {(r.facts["asked_in"], r.facts["words"]) for r in told} == {
        ("en", ("customs",)),
        ("zh", ("报关",)),
    }
    assert [m.facts["asked_in"] for m in explain(told, most=1)] == [r.facts["asked_in"] for r in told]


def test_a_sector_asked_for_is_not_told_again_as_looked_at():
    liked = Interests(sectors={"1": 1.0, "1/1.A": 1.0})
    asking = Profile("s", seeks=Seeks(sectors=("1/1.A",)), interests=liked)
    assert [m.code for m in explain(reasons(asking, BROKER))] == ["sector_same"]
    assert [m.code for m in explain(reasons(replace(asking, seeks=Seeks()), BROKER))] == ["interest_sector"]


def test_interests_are_the_readers_own():
    nosy = replace(
        BROKER, interests=Interests(firms={"mine": 1.0}, words={"wine": 1.0}), met=frozenset({"mine"})
    )
    reader = Profile("s", "mine", offers=Offers({"en": "wine"}))
    assert reasons(reader, nosy) == ()
    fond = replace(
        reader,
        interests=Interests(
            firms={"broker": 0.5}, sectors={"1/1.A": 0.5}, words={"customs": 1.0, "tea": 1.0}
        ),
    )
    told = [dict(r.facts) for r in reasons(fond, nosy)]
    assert told == [{"words": ("customs",)}, {"firm": "broker"}, {"sector": "1/1.A"}]


@settings(max_examples=60, deadline=None)
@given(fairs())
def test_every_reason_has_a_code_with_its_parameters(fair):
    codes = all_codes()
    for seeker in fair[0]:
        for candidate in fair[1]:
            for message in explain(reasons(seeker, candidate, model=Words()), most=99):
                assert set(message.facts) == set(codes[message.code])


def test_the_other_sides_doings_change_no_score():
    seeker = Profile("s", "mine", Seeks({"en": "customs"}), Offers({"en": "freight software"}))
    fond = replace(
        BROKER, interests=Interests(firms={"mine": 1.0}, words={"freight": 1.0}), met=frozenset({"s"})
    )
    assert (rank([seeker], [fond]).score == rank([seeker], [BROKER]).score).all()


def test_stuffers_are_reported_and_the_honest_are_not():
    every = tuple(f"{i}/{i}.A" for i in range(1, 13))
    honest = [
        Profile(f"h{i}", offers=Offers({"en": f"customs brokerage number{i} for parts"}, sectors=("1/1.A",)))
        for i in range(9)
    ]
    bold = Profile(
        "bold",
        offers=Offers({"en": "cheap " * 500}, sectors=every, languages=tuple(f"l{i}" for i in range(20))),
    )
    (suspect,) = suspects(prepare([*honest, bold]))
    assert (suspect.key, suspect.row, suspect.sectors, suspect.languages) == ("bold", 9, 12, 20)
    assert suspect.length > 8
    assert suspect.repeated == "cheap"
    assert suspect.counts_as < 0.4


def test_the_report_counts_places_before_and_after():
    fair = [
        Profile(f"c{i}", offers=Offers({"en": "customs brokerage"}, size="small" if i % 4 == 0 else "large"))
        for i in range(40)
    ]
    index = prepare(fair)
    ranking = rank([Profile(f"s{i}", seeks=Seeks({"en": "customs"})) for i in range(50)], index, top=10)
    report = fairness_report(ranking, index)
    assert (report.lists, report.places, report.candidates, report.protected) == (50, 500, 40, 10)
    assert report.before == sum(c % 4 == 0 for row in ranking.plain.tolist() for c in row)
    assert report.after == sum(c % 4 == 0 for row in ranking.index.tolist() for c in row)
    assert report.after >= report.before
    assert report.after >= report.due - 50
    assert report.cost == 0, "all are equally good"
    assert 0 < report.uneven_after < 0.5
