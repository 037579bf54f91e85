"""Badges of one registration are issued, re-issued and made void at the same moment, each in a thread with its own connection.

Run as a program it does so on a new SQLite file (EVERFAIR_DATA_DIR) and prints what came out as JSON.
"""

import json
import threading
from collections.abc import Callable
from typing import Any

from tests.prepared import make_tables


def at_once(jobs: list[Callable[[], object]]) -> list[str]:
    """ "done", the sentence of the refusal, or an error's repr, for each."""
    from django.db import connections

    from everfair.base.refusals import Refused

    gate, answers = threading.Barrier(len(jobs)), [""] * len(jobs)

    def run(index: int) -> None:
        try:
            gate.wait(timeout=20)
            jobs[index]()
            answers[index] = "done"
        except Refused as refused:
            answers[index] = f"refused: {refused}"
        except Exception as error:  # the assertion shows it
            answers[index] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(jobs))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=90)
    return answers


def issue_at_once() -> dict[str, Any]:
    """A new edition: six threads want the first badge of one person, six those of others; there is no key yet."""
    from everfair.registration.actions import badges
    from everfair.registration.models import Badge, SigningKey
    from tests.factories.badges import make_badge_holder

    person = make_badge_holder()
    others = [make_badge_holder(person.kind) for _ in range(4)]
    jobs: list[Callable[[], object]] = [
        *(lambda: badges.issue_badge(person, by=None) for _ in range(4)),
        *(lambda: badges.reissue_badge(person, by=None, reason="Lost.") for _ in range(2)),
        *(lambda other=other: badges.issue_badge(other, by=None) for other in others),  # type: ignore[misc]
        lambda: badges.issue_missing_badges(person.edition),
    ]
    answers = at_once(jobs)
    found = Badge.objects.filter(registration=person)
    return {
        "answers": answers,
        "valid": found.filter(state="valid").count(),
        "serials": found.values("serial").distinct().count(),
        "issues": sorted(found.values_list("issue", flat=True)),
        "others": Badge.objects.filter(registration__in=others, state="valid").count(),
        "keys": SigningKey.objects.filter(edition=person.edition).count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps([issue_at_once() for _turn in range(3)]))


if __name__ == "__main__":
    main()
