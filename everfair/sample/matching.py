"""Suggestions of the sample: the demo visitor's three answers, and what is learned and ranked once everything is there."""

from everfair.fair.models import Edition
from everfair.matchmaking.actions.interests import save_answers
from everfair.matchmaking.actions.refreshing import carry_out, start_refresh
from everfair.matchmaking.actions.seekers import seeker_for
from everfair.people.models import User

LOOKS_FOR = (
    "为酒店找能接进现有系统的预订软件，也找懂旅游业的翻译。"  # booking software and translators for hotels
)


def load_matching(edition: Edition, *, by: User, visitor: User) -> None:
    """Two seconds of learning, so that matches across languages are there when the fair opens."""
    seeker = seeker_for(visitor, edition)
    languages = ["zh", "en"]
    sectors = [code for code in ("1.B.b", "9.A") if edition.sectors.filter(code=code).exists()]
    answers = {"looks_for": LOOKS_FOR, "sectors": sectors, "languages": languages}
    save_answers(seeker, answers, is_shown=True, by=visitor)
    carry_out(start_refresh(edition, by=by))
