"""Background doors of the matchmaking room: an id or a moment comes in, actions run. No logic here."""

from datetime import datetime

from django_tasks import task

from everfair.matchmaking.actions import digest, embedding, need_lists, refreshing
from everfair.matchmaking.actions.needs import close_due


def follow_needs(now: datetime | None = None) -> int:
    """Needs whose last day is over leave the board; how many."""
    return close_due(now)


def follow_texts() -> int:
    """Fetch vectors from the encoder, where there is one, for texts that are new or changed; how many."""
    return embedding.follow_texts()


def send_digests(now: datetime | None = None) -> int:
    """Weekly letters that are due; how many left."""
    return digest.send_digests(now)


@task()
def carry_out_refresh(refresh_id: int) -> str:
    """Learn and rank for everybody, or go on with it. The state it ends in."""
    refresh = refreshing.find_refresh(refresh_id)
    return "gone" if refresh is None else refreshing.carry_out(refresh).state


def refresh_editions(now: datetime | None = None) -> int:
    """Start a refresh where there is something new to learn from; how many."""
    started = refreshing.start_due(now)
    for refresh in started:
        carry_out_refresh.enqueue(refresh.pk)
    return len(started)


@task()
def bring_in_needs(list_id: int) -> str:
    """Judge a list of needs and write it where that was asked for, or go on with it. The state it ends in."""
    row = need_lists.find_list(list_id)
    return "gone" if row is None else need_lists.carry_out(row).state
