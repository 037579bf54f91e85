"""Several exhibitors claim one place at the same moment, each in a thread with its own connection.

Run as a program it does so on a new SQLite file (EVERFAIR_DATA_DIR) and prints the answers as JSON: the test
database of SQLite lies in memory, shared by threads with table locks, and cannot show what a file does.
"""

import json
import threading
from typing import Any

from tests.prepared import make_tables

WON = "won"


def claim_at_once(rivals: list[Any], place: Any) -> list[str]:
    """One answer for each rival: "won", the sentence of the refusal, or an error's repr."""
    from django.db import connections

    from everfair.base.refusals import Refused
    from everfair.exhibition.actions.booth import claim_place

    gate, answers = threading.Barrier(len(rivals)), [""] * len(rivals)

    def run(index: int) -> None:
        try:
            gate.wait(timeout=10)
            claim_place(rivals[index], place, by=None)
            answers[index] = WON
        except Refused as refused:
            answers[index] = str(refused)
        except Exception as error:  # the assertion shows it
            answers[index] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(rivals))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def make_rivals(count: int) -> tuple[list[Any], Any]:
    """Exhibitors of one edition, and a free place."""
    from tests.factories.exhibition import make_exhibitor
    from tests.factories.fair import make_place

    first = make_exhibitor()
    return [first, *(make_exhibitor(first.edition) for _ in range(count - 1))], make_place(first.area)


def main() -> None:
    import django

    django.setup()
    make_tables()
    rivals, place = make_rivals(4)
    answers = claim_at_once(rivals, place)
    table = type(rivals[0]).objects
    holders = list(table.filter(place=place).values_list("code", flat=True))
    print(json.dumps({"answers": answers, "number": place.number, "holders": holders}))


if __name__ == "__main__":
    main()
