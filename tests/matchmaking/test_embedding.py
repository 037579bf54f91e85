"""An encoder outside: what is sent and what never is, what its vectors do for a list, and that nothing breaks when it is away."""

import zlib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from everfair.base.changes import followers, note_change
from everfair.config.health import examine
from everfair.fair.models import Edition
from everfair.matchmaking.actions import embedding, refreshing
from everfair.matchmaking.actions.recommending import recommend
from everfair.matchmaking.bridge import embedding as bridge
from everfair.matchmaking.bridge import learning
from everfair.matchmaking.bridge.ranking import rules_of
from everfair.matchmaking.models import ModelVersion, Need, Recommendation, Seeker
from tests.factories.exhibition import make_exhibitor, make_offer
from tests.factories.fair import make_edition
from tests.factories.people import make_organisation, make_user
from tests.gateways.embedding.encoder import Encoder, closed_port, fails, serving, well

pytestmark = pytest.mark.django_db
IDEAS = (
    ("umbrella", "雨具"),
    ("accounting", "记账"),
    ("insurance", "保险"),
    ("translation", "翻译"),
    ("transport", "运输"),
    *(
        (word, "无")
        for word in (
            "tourism",
            "dentistry",
            "casting",
            "theatre",
            "printing",
            "catering",
            "welding",
            "surveying",
            "mining",
            "tailoring",
            "brewing",
            "roofing",
            "dancing",
            "pottery",
            "fishing",
            "farming",
            "cinema",
            "pensions",
            "customs",
            "laundry",
        )
    ),
)  # so many that two texts taken at random are seldom about the same
NEED = {"zh": "求购雨具租赁"}


def meaning(text: str) -> list[float]:
    """What the text is about, in whatever language, and a little that is its own."""
    about = [3.0 * any(word in text.casefold() for word in words) for words in IDEAS]
    own = zlib.crc32(text.encode())
    return [*about, *(0.3 * (own >> n & 1) for n in range(12)), 1.0]


@pytest.fixture
def encoder() -> Iterator[Encoder]:
    embedding.forget_followed()
    with serving(meaning) as one:
        yield one
    embedding.forget_followed()


@pytest.fixture
def fair(tmp_path: Path, settings: Any, encoder: Encoder) -> dict[str, Any]:
    """Forty firms told in English, one of them with umbrellas; a visitor whose need stands on the board in Chinese."""
    settings.DATA_DIR = tmp_path
    settings.EMBEDDING_URL, settings.EMBEDDING_MODEL = encoder.url, "concepts"
    settings.EMBEDDING_TIMEOUT = 5
    edition = make_edition()
    firms = []
    for n in range(40):
        about = IDEAS[n % 24 + 1][0] if n != 17 else "umbrella"
        firm = make_exhibitor(
            edition,
            organisation=make_organisation(name={"en": f"Firm {n}"}),
            headline={"en": f"We do {about}"},
            about={"en": f"All about {about} since {1900 + n}, for everybody who needs it."},
        )
        make_offer(firm, title={"en": f"{about} {n}"}, description={"en": f"We bring {about} to you."})
        firms.append(firm)
    user = make_user()
    seeker = Seeker.objects.create(edition=edition, user=user)
    need = Need.objects.create(
        edition=edition, seeker=seeker, state="open", audience="board", title=NEED, code="RAIN",
        opened_at=timezone.now(),
    )  # fmt: skip
    return {"edition": edition, "seeker": seeker, "need": need, "firm": firms[17], "firms": firms}


def listed(fair: dict[str, Any]) -> list[Any]:
    """The visitor's list, made anew."""
    followers.keep_up()
    Recommendation.objects.all().delete()
    return recommend(fair["seeker"], "exhibitor").rows


def without(fair: dict[str, Any], settings: Any) -> list[Any]:
    """The list as it is without an encoder."""
    url, settings.EMBEDDING_URL = settings.EMBEDDING_URL, ""
    rows = listed(fair)
    settings.EMBEDDING_URL = url
    learning.forget_versions()
    return rows


def finding() -> Any:
    (found,) = [one for one in examine() if one.what == "encoder"]
    return found


def test_a_chinese_need_finds_a_firm_that_neither_words_nor_lexicon_connect(
    fair: dict[str, Any], settings: Any
) -> None:
    before = without(fair, settings)
    scores = {score for _pk, score, _arm in before}
    assert len(scores) == 1  # nobody has anything to do with it
    assert embedding.follow_texts() > 0
    after = listed(fair)
    assert after[0][0] == fair["firm"].pk
    assert after[0][1] > after[1][1] + 0.1
    assert recommend(fair["seeker"], "offer").rows[0][0] == fair["firm"].offers.get().pk


def test_the_version_says_which_vectors_were_used(fair: dict[str, Any]) -> None:
    embedding.follow_texts()
    row = ModelVersion.objects.get(is_active=True)
    assert str(row) == "1 + concepts"
    assert row.options["vectors"]["width"] == len(IDEAS) + 13
    low, high = row.options["vectors"]["marks"]
    assert 0 < low < high <= 1.1
    listed(fair)
    assert Recommendation.objects.get().model == row
    assert learning.fault_of(row, ranks=True) == ""


def test_the_other_way_round_a_firm_finds_the_need(fair: dict[str, Any]) -> None:
    other = make_user()
    asking = Seeker.objects.create(edition=fair["edition"], user=other)
    for n, word in enumerate(("保险", "记账", "翻译")):
        Need.objects.create(
            edition=fair["edition"], seeker=asking, state="open", title={"zh": f"需要{word}"}, code=f"N{n}"
        )
    embedding.follow_texts()
    firm = Seeker.objects.create(edition=fair["edition"], exhibitor=fair["firm"])
    assert recommend(firm, "need").rows[0][0] == fair["need"].pk


def test_with_the_encoder_down_the_list_is_that_of_before(
    fair: dict[str, Any], settings: Any, encoder: Encoder
) -> None:
    before = without(fair, settings)
    settings.EMBEDDING_URL = f"http://127.0.0.1:{closed_port()}/v1/embeddings"
    assert embedding.follow_texts(replace(embedding.get_embedder(), sleep=lambda _s: None)) == 0
    assert listed(fair) == before
    told = recommend(fair["seeker"], "exhibitor")
    assert (told.note, told.is_waiting, told.is_unread) == ("", False, False)
    assert not ModelVersion.objects.exists()
    state = bridge.state_of(fair["edition"].pk)
    assert state.away is not None
    assert "cannot be reached" in state.problem
    found = finding()
    assert not found.is_fine
    assert "cannot be reached" in found.detail
    assert found.to_do


def test_an_encoder_that_goes_away_leaves_what_it_gave(
    fair: dict[str, Any], encoder: Encoder, settings: Any, monkeypatch: Any
) -> None:
    embedding.follow_texts()
    before = listed(fair)
    quick = replace(embedding.get_embedder(), sleep=lambda _s: None)
    encoder.always = fails(503)
    late = make_exhibitor(fair["edition"], headline={"en": "Umbrella hire"}, about={"en": "umbrella"})
    note_change("exhibition.exhibitor", late.pk, fair["edition"].pk)
    assert embedding.follow_texts(quick) == 0
    rows = listed(fair)
    assert rows[0][:2] == before[0][:2]
    assert bridge.state_of(fair["edition"].pk).away is not None
    asked = len(encoder.asked)
    assert embedding.follow_texts(quick) == 0
    assert len(encoder.asked) == asked  # it is let be for a while
    encoder.always = well
    monkeypatch.setattr(embedding._followed, "rest_until", 0.0)
    assert embedding.follow_texts(quick) > 0
    assert {row[0] for row in listed(fair)[:2]} == {fair["firm"].pk, late.pk}
    assert bridge.state_of(fair["edition"].pk).away is None


def test_only_what_changed_is_sent_and_nothing_after_a_restart(
    fair: dict[str, Any], encoder: Encoder
) -> None:
    assert embedding.follow_texts() == 81  # 40 booths, 40 offers and the need
    encoder.asked.clear()
    assert embedding.follow_texts() == 0
    offer = fair["firms"][3].offers.get()
    offer.title = {"en": "umbrella stands"}
    offer.save()
    note_change("exhibition.offer", offer.pk, fair["edition"].pk)
    assert embedding.follow_texts() == 2  # the offer, and the booth it belongs to
    assert all("umbrella stands" in text for text in encoder.texts)
    assert {row[0] for row in listed(fair)[:2]} == {fair["firm"].pk, fair["firms"][3].pk}
    encoder.asked.clear()
    embedding.forget_followed()
    learning.forget_versions()
    assert embedding.follow_texts() == 0
    assert encoder.asked == []
    assert ModelVersion.objects.count() == 1


def test_what_is_not_public_never_leaves(fair: dict[str, Any], settings: Any, encoder: Encoder) -> None:
    edition, seeker = fair["edition"], fair["seeker"]
    seeker.answers = {"looks_for": "private wish for umbrellas"}
    seeker.save()
    Need.objects.create(
        edition=edition,
        seeker=seeker,
        state="open",
        audience="chosen",
        title={"en": "for chosen firms"},
        code="C1",
    )
    Need.objects.create(
        edition=edition, seeker=seeker, state="draft", title={"en": "not sent yet"}, code="C2"
    )
    Need.objects.create(
        edition=edition, seeker=seeker, state="open", audience="hidden", title={"en": "open but unnamed"},
        buyer="Hidden Buyer", code="C3",
    )  # fmt: skip
    make_exhibitor(edition, state="applied", headline={"en": "an application"})
    draft = make_edition(phase=Edition.Phase.DRAFT)
    make_exhibitor(draft, headline={"en": "a booth of a draft"})
    embedding.follow_texts()
    sent = "\n".join(encoder.texts)
    assert "open but unnamed" in sent
    for secret in (
        "private wish",
        "for chosen firms",
        "not sent yet",
        "Buyer",
        "an application",
        "of a draft",
    ):
        assert secret not in sent
    assert not any("open but unnamed" in text and NEED["zh"] in text for text in encoder.texts)
    settings.EMBEDDING_PRIVATE = True
    embedding.forget_followed()
    embedding.follow_texts()
    sent = "\n".join(encoder.texts)
    assert "private wish" in sent
    assert "for chosen firms" in sent
    for secret in ("not sent yet", "Buyer", "an application", "of a draft"):
        assert secret not in sent


def test_a_private_wish_is_ranked_as_without_an_encoder(fair: dict[str, Any], settings: Any) -> None:
    fair["need"].delete()
    fair["seeker"].answers = {"looks_for": "雨具 insurance"}
    fair["seeker"].save()
    before = without(fair, settings)
    embedding.follow_texts()
    assert listed(fair) == before


def test_switched_off_no_version_ranks_with_vectors(fair: dict[str, Any], settings: Any) -> None:
    before = without(fair, settings)
    embedding.follow_texts()
    assert listed(fair) != before
    settings.EMBEDDING_URL = ""
    learning.forget_versions()
    assert embedding.follow_texts() == 0
    assert not ModelVersion.objects.filter(is_active=True).exists()
    assert listed(fair) == before


def test_a_text_that_alone_is_refused_stops_nobody(fair: dict[str, Any], encoder: Encoder) -> None:
    def refuses_one(of: Encoder, to: Any, texts: list[str]) -> None:
        (fails(413) if any("1907" in text for text in texts) else well)(of, to, texts)

    encoder.always = refuses_one
    assert embedding.follow_texts() > 0
    assert listed(fair)[0][0] == fair["firm"].pk
    state = bridge.state_of(fair["edition"].pk)
    assert state.is_complete
    assert state.problem == ""


def test_an_encoder_that_refuses_everything_is_said_to(fair: dict[str, Any], encoder: Encoder) -> None:
    encoder.always = fails(400, "no such model")
    assert embedding.follow_texts() == 0
    assert "no such model" in bridge.state_of(fair["edition"].pk).problem
    assert len(encoder.asked) < 10
    assert not ModelVersion.objects.exists()


def test_another_width_under_the_same_name_is_said(
    fair: dict[str, Any], encoder: Encoder, monkeypatch: Any
) -> None:
    embedding.follow_texts()
    encoder.vector = lambda text: meaning(text)[:-1]
    late = make_exhibitor(fair["edition"], headline={"en": "new here"})
    note_change("exhibition.exhibitor", late.pk, fair["edition"].pk)
    assert embedding.follow_texts() == 0
    assert "another model" in bridge.state_of(fair["edition"].pk).problem
    assert listed(fair)[0][0] == fair["firm"].pk


def test_another_model_makes_another_version(fair: dict[str, Any], settings: Any, encoder: Encoder) -> None:
    embedding.follow_texts()
    settings.EMBEDDING_MODEL = "better"
    assert embedding.follow_texts() > 40
    assert [str(row) for row in ModelVersion.objects.order_by("number")] == ["1 + concepts", "2 + better"]
    assert ModelVersion.objects.get(is_active=True).number == 2
    assert listed(fair)[0][0] == fair["firm"].pk


def test_what_is_learned_anew_keeps_its_vectors_and_both_count(fair: dict[str, Any], settings: Any) -> None:
    for n in range(65):
        firm = make_exhibitor(fair["edition"], headline={"en": "cold chain", "zh": "冷链"}, about={})
        make_offer(firm, title={"en": f"cold chain {n}", "zh": f"冷链 {n}"}, description={})
    embedding.follow_texts()
    refreshing.carry_out(refreshing.start_refresh(fair["edition"], by=None))
    row = ModelVersion.objects.get(is_active=True)
    assert str(row) == "2 + concepts"
    version, _other = learning.versions_of(fair["edition"], rules_of(fair["edition"]))
    assert bridge.own_part(version.model) is not None
    assert bridge.own_part(version.model) is learning.model_at_hand(fair["edition"])
    assert not version.is_by_sector
    assert listed(fair)[0][0] == fair["firm"].pk
    settings.EMBEDDING_URL = ""
    embedding.forget_followed()
    learning.forget_versions()
    embedding.follow_texts()
    left = ModelVersion.objects.get(is_active=True)
    assert (str(left), left.digest) == ("3", row.digest)
    assert learning.versions_of(fair["edition"], rules_of(fair["edition"]))[0].model is not None


def test_the_doctor_asks_the_encoder_and_counts_texts(fair: dict[str, Any], settings: Any) -> None:
    embedding.follow_texts()
    found = finding()
    assert found.is_fine, found
    assert "concepts" in found.detail
    assert f"{len(IDEAS) + 13} numbers" in found.detail
    settings.EMBEDDING_URL = ""
    assert finding().is_fine
