"""Firms come into a delegation by every way there is, at the same moment, each in a thread with its own connection.

Run as a program it does so on a new SQLite file (EVERFAIR_DATA_DIR) and prints what came out as JSON.
"""

import json
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.prepared import make_tables

QUOTA = 3


def make_list(folder: Path, name: str, delegation: Any, rows: int) -> Path:
    """A list of firms that come with the delegation."""
    path = folder / f"{name}.jsonl"
    lines = [
        {"id": f"{name}{n}", "name": f"{name} {n}", "country": "Kenya", "delegation": delegation.code}
        for n in range(rows)
    ]
    path.write_text("\n".join(map(json.dumps, lines)), encoding="utf-8")
    return path


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


def every_way(folder: Path) -> dict[str, Any]:
    """Two accepted, two given to it at the organiser's table, two lists, one decision undone, one invited."""
    from everfair.exhibition.actions import placing, recruiting, state
    from everfair.exhibition.actions.importing_apply import apply_import, start_applying
    from everfair.fair.queries import firms_counted
    from tests.exhibition.importing.conftest import checked
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_delegation, make_edition

    edition = make_edition()
    delegation = make_delegation(edition, quota=QUOTA)
    applied = [make_exhibitor(edition, state="applied", delegation=delegation) for _ in range(2)]
    elsewhere = [make_exhibitor(edition, state="accepted") for _ in range(2)]
    undone = make_exhibitor(edition, state="accepted", delegation=delegation)
    state.ask_for_changes(undone, by=None, reason="One thing more.")
    folder.mkdir(parents=True, exist_ok=True)
    runs = [
        start_applying(checked(edition, make_list(folder, name, delegation, 2)), by=None) for name in "ab"
    ]

    def undo() -> None:
        from everfair.base.refusals import Refused

        for _code, sentence in state.undo_states([(undone.code, "accepted")], by=None).refused:
            raise Refused(sentence)

    jobs: list[Callable[[], object]] = [
        *(lambda firm=firm: state.accept(firm, by=None) for firm in applied),  # type: ignore[misc]
        *(lambda firm=firm: placing.stand(firm, {"delegation": delegation}, by=None) for firm in elsewhere),  # type: ignore[misc]
        *(lambda run=run: apply_import(run) for run in runs),  # type: ignore[misc]
        undo,
        lambda: recruiting.invite_firm(
            edition, {"name": {"en": "Invited"}, "email": "a@example.org"}, by=None, delegation=delegation
        ),
    ]  # fmt: skip
    return {"answers": at_once(jobs), "firms": firms_counted(delegation)}


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps([every_way(Path(sys.argv[1]) / str(turn)) for turn in range(3)]))


if __name__ == "__main__":
    main()
