"""A session with its audience inside an installation of its own: run as a program it makes both and prints them as JSON."""

import json
import sys
from typing import Any

VOTERS = 4
TOKEN = "a" * 32  # a form's secret that cookie and field agree on


def make(people: int = VOTERS) -> dict[str, Any]:
    """A live session of a live edition; a moderator, `people` visitors, a draft session nobody may see."""
    from everfair.base.codes import new_code
    from tests.factories.fair import make_edition, make_fair, make_team_member
    from tests.factories.people import make_user
    from tests.factories.programme import make_session, make_stage

    own = new_code()  # several may be made in one installation
    edition = make_edition(make_fair(slug=own), slug=own)
    stage = make_stage(edition)
    session = make_session(edition, stage=stage, state="live")
    hidden = make_session(edition, state="draft", stage=None)
    moderator = make_user(f"moderator@{own}.example", name="Moderator")
    make_team_member(edition, moderator, "administrator")
    visitors = [make_user(f"visitor{n}@{own}.example", name=f"Visitor {n}") for n in range(people)]
    return {
        "edition": edition.slug,
        "edition_id": edition.pk,
        "stage": stage.code,
        "session": session.code,
        "hidden": hidden.code,
        "room": f"/{edition.slug}/sessions/{session.address}/room/",
        "page": f"/{edition.slug}/sessions/{session.address}/",
        "moderate": f"/{edition.slug}/sessions/{session.address}/moderate/",
        "moderator": signed_in(moderator),
        "visitors": [signed_in(one) for one in visitors],
    }


def signed_in(user: Any) -> str:
    """The key of a session of this person, as if they had signed in."""
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    store = SessionStore()
    store[SESSION_KEY] = str(user.pk)
    store[BACKEND_SESSION_KEY] = "django.contrib.auth.backends.ModelBackend"
    store[HASH_SESSION_KEY] = user.get_session_auth_hash()
    store.save()
    return str(store.session_key)


def cookies_of(key: str) -> dict[str, str]:
    """What a browser of that person would send."""
    return {"everfair_session": key, "everfair_csrf": TOKEN} if key else {}


if __name__ == "__main__":
    import django

    django.setup()
    print(json.dumps(make(*(int(word) for word in sys.argv[1:]))))
