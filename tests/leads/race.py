"""Several of the staff scan at the same moment, each in a thread with its own connection.

Run as a program it does so on a new SQLite file (EVERFAIR_DATA_DIR) and prints what is there then as JSON: the
test database of SQLite lies in memory, shared by threads with table locks, and cannot show what a file does.
"""

import json
import threading
from typing import Any

from tests.prepared import make_tables


def scan_at_once(booth: Any, scans: list[dict[str, Any]]) -> list[str]:
    """For each scan (arguments of take_lead) its lead's code, its refusal, or an error's repr."""
    from django.db import connections
    from django.utils import timezone

    from everfair.leads.actions import take_lead

    gate, answers = threading.Barrier(len(scans)), [""] * len(scans)

    def run(index: int) -> None:
        try:
            gate.wait(timeout=10)
            taken = take_lead(booth, **{"by": None, "scanned_at": timezone.now(), **scans[index]})
            answers[index] = taken.lead.code if taken.lead else taken.refusal
        except Exception as error:  # the assertion shows it
            answers[index] = repr(error)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(index,)) for index in range(len(scans))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return answers


def race() -> dict[str, Any]:
    """One visitor scanned by four at once, one of them sending twice; then one refused scan sent twice at once."""
    from everfair.leads.models import Lead, LeadScan
    from tests.factories.leads import make_booth, make_visitor

    booth = make_booth()
    _registration, code = make_visitor(booth.edition)
    scans: list[dict[str, Any]] = [
        {"key": f"device-{number}", "code": code, "values": {"note": f"Note {number}"}} for number in range(4)
    ]
    answers = scan_at_once(booth, [*scans, dict(scans[0])])
    refused = scan_at_once(booth, [{"key": "same-bad-scan", "code": "nonsense"} for _number in range(3)])
    return {
        "answers": answers,
        "refused": refused,
        "leads": list(Lead.objects.values_list("code", flat=True)),
        "notes": [Lead.objects.get().note.count(f"Note {number}") for number in range(4)],
        "scans": LeadScan.objects.exclude(lead=None).count(),
        "kept": LeadScan.objects.filter(lead=None).count(),
    }


def main() -> None:
    import django

    django.setup()
    make_tables()
    print(json.dumps(race()))


if __name__ == "__main__":
    main()
