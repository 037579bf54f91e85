"""Reads a schedule of either format within bounded memory, and says in sentences what is wrong with it."""

from datetime import tzinfo

from django.utils.translation import gettext as _

from .check import judged
from .findings import Findings
from .read_json import read_json
from .read_xml import read_xml
from .types import Read, ScheduleError

MOST_BYTES = 20_000_000
"""The largest file that is read; ten times the largest programme known. It bounds the memory."""


def read_schedule(data: bytes, zone: tzinfo) -> Read:
    """The schedule in `data`; times without an offset are read in the file's own zone, else in `zone`.

    Raises ScheduleError with every reason when something in it is wrong: then nothing of it is to be used.
    """
    if len(data) > MOST_BYTES:
        raise ScheduleError(too_large(len(data)))
    start = data[:200].lstrip(b"\xef\xbb\xbf\xff\xfe\x00 \t\r\n")[:1]
    findings = Findings()
    if start == b"<":
        schedule, form = read_xml(data, zone, findings), "schedule.xml"
    elif start == b"{":
        schedule, form = read_json(data, zone, findings), "schedule.json"
    else:
        raise ScheduleError(
            _("This is neither a schedule.xml nor a schedule.json. Choose one of these files.")
        )
    schedule = judged(schedule, findings)
    findings.raise_errors()
    return Read(schedule, form, findings.warnings())


def too_large(size: int) -> str:
    """The sentence for a file over the bound."""
    return _(
        "The file has %(size)d MB; a schedule may have %(most)d MB. Take pictures and logs out of it, "
        "or export fewer days at a time."
    ) % {"size": -(-size // 1_000_000), "most": MOST_BYTES // 1_000_000}
