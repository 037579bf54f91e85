"""How fast a firm answers, in words: for everybody in steps, for the firm itself to the minute."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from everfair.conversations.access import Who
from everfair.conversations.queries.answer_time import LEAST, LONGER, answer_time, answers_lately

WORDS: Mapping[timedelta, Any] = {
    timedelta(hours=1): gettext_lazy("mostly within an hour"),
    timedelta(hours=4): gettext_lazy("mostly within four hours"),
    timedelta(days=1): gettext_lazy("mostly within a day"),
    timedelta(days=2): gettext_lazy("mostly within two days"),
    timedelta(days=7): gettext_lazy("mostly within a week"),
    LONGER: gettext_lazy("mostly after more than a week"),
}


def answers_in_words(exhibitor: Any) -> str:
    """For the booth's page; "" with fewer than five answers in 90 days. One query."""
    found = answer_time(Who.firm(exhibitor).key)
    return str(WORDS[found.step]) if found is not None else ""


def own_answers(exhibitor: Any) -> dict[str, Any]:
    """For the firm's desk: `typical` (a timedelta, None while nothing is shown), `count`, `missing`, what everybody reads."""
    key = Who.firm(exhibitor).key
    found = answer_time(key)
    if found is not None:
        return {"typical": found.typical, "count": found.count, "missing": 0, "words": str(WORDS[found.step])}
    count = len(answers_lately(key))
    return {"typical": None, "count": count, "missing": LEAST - count, "words": _("not yet shown")}
