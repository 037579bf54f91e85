"""What the house says between two sides, as a sentence for one of them. Pages, letters and exports say the same. Reads only."""

from collections.abc import Mapping

from django.utils.translation import gettext as _

from everfair.base.languages import for_reader

FACT = "{fact}"  # where a live page puts what the note names


def sentence(
    note: str, facts: Mapping[str, str] | None, *, is_own: bool, other: str, side: str = "own"
) -> str:
    """The note to a reader. `is_own`: it is about the reader's side; `other`: what the other side is called.

    `side`: "" for a note about neither side.
    """
    kind = "own" if is_own or not side else "other"
    pattern = patterns(other).get(note, {}).get(kind) or _("Something was noted here.")
    return pattern.replace(FACT, for_reader(facts) if facts else "")


def patterns(other: str) -> dict[str, dict[str, str]]:
    """Note → {"own", "other"} → sentence in the reader's language, with {fact} where the note names something."""
    names = {"other": other, "fact": FACT}
    found = {
        "handed_over": (_("%(fact)s answers for your side from now on."), _("%(fact)s answers from now on.")),
        "away": (_("Your note of absence was shown: %(fact)s"), _("%(other)s is away: %(fact)s")),
        "closed": (
            _("Closed by your side. Whoever writes opens it again."),
            _("Closed by %(other)s. Whoever writes opens it again."),
        ),
        "reopened": (_("Opened again by your side."), _("Opened again by %(other)s.")),
        "revealed": (
            _("From here on the other side reads your name, above too."),
            _("The buyer has said who they are: %(other)s."),
        ),
        "greeting": (_("Your side spoke first, at the booth."), _("%(other)s greets you at the booth.")),
        "call_started": (_("Your side began a call."), _("%(other)s began a call.")),
        "call_ended": (_("The call is over. Minutes: %(fact)s"), _("The call is over. Minutes: %(fact)s")),
        "call_missed": (
            _("Nobody took your call. Write, and they read it when they are back."),
            _("A call from %(other)s that nobody took."),
        ),
        "call_failed": _failed(),
        **_quotations(),
        "deal_agreed": (_("Agreed: every party confirmed."), _("Agreed: every party confirmed.")),
        "deal_won": (
            _("Your side noted that this is agreed."),
            _("%(other)s noted that this is agreed."),
        ),
        "deal_lost": (
            _("Your side ended the negotiation."),
            _("%(other)s ended the negotiation."),
        ),
        "deal_reopened": (
            _("Your side opened the negotiation again."),
            _("%(other)s opened the negotiation again."),
        ),
    }
    return {note: {"own": own % names, "other": theirs % names} for note, (own, theirs) in found.items()}


def _failed() -> tuple[str, str]:
    said = _("The call failed. Go on here in words. %(fact)s")
    return said, said


def _quotations() -> dict[str, tuple[str, str]]:
    return {
        "quotation_sent": (
            _("Your side sent a quotation: %(fact)s"), _("%(other)s sent a quotation: %(fact)s"),
        ),
        "quotation_withdrawn": (
            _("Your side withdrew a quotation: %(fact)s"), _("%(other)s withdrew a quotation: %(fact)s"),
        ),
        "quotation_accepted": (
            _("Your side accepted the quotation: %(fact)s"), _("%(other)s accepted the quotation: %(fact)s"),
        ),
        "quotation_declined": (
            _("Your side declined the quotation: %(fact)s"), _("%(other)s declined the quotation: %(fact)s"),
        ),
        "quotation_countered": (
            _("Your side asked for another quotation: %(fact)s"), _("%(other)s asked for another quotation: %(fact)s"),
        ),
    }  # fmt: skip
