"""What the gate says, in the reader's language: verdicts, reasons, and every sentence of the page that devices install."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

REASONS: dict[str, str | Promise] = {
    "": "",
    "forged": _("not a badge of this fair"),
    "unknown_key": _("signed by a key that is not trusted"),
    "other_edition": _("badge of another edition"),
    "expired": _("badge has expired"),
    "void": _("badge was replaced by a newer one, or made void"),
    "not_expected": _("registration is not approved"),
    "kind": _("this kind of badge is not let in here"),
    "closed": _("this zone is closed now"),
    "full": _("the zone is full"),
    "inside": _("already inside"),
    "no_return": _("was inside before; nobody comes in twice here"),
    "one_way": _("this door is a way in only"),
    "watch": _("ask the team first"),
    "asked": _("let in after asking the team"),
    "zone": _("the zone is not known"),
    "shut_out": _("sent by a device that was shut out"),
}

PAGE: dict[str, str | Promise] = {
    "ready": _("Ready"),
    "ready_hint": _("Hold a badge before the camera, use a hand scanner, or look for a name."),
    "reading": _("Reading…"),
    "admitted": pgettext_lazy("gate", "Come in"),
    "left": pgettext_lazy("gate", "Goodbye"),
    "refused": pgettext_lazy("gate", "Stop"),
    "conflict": pgettext_lazy("gate", "Let in, to be looked at"),
    "ask": pgettext_lazy("gate", "Ask first"),
    "vip": _("Guest of honour"),
    "undone": _("Taken back"),
    "not_undone": _("It could not be taken back"),
    "off_line": _("off line"),
    "on_line": _("on line"),
    "decided_here": _("Decided by this device; the server hears of it later."),
    "queue_none": _("all sent"),
    "queue": _("%(count)s waiting"),
    "odd": _("%(count)s could not be read by the server and are kept here."),
    "inside": _("%(inside)s inside"),
    "inside_of": _("%(inside)s of %(most)s inside"),
    "clock_ahead": _("This device’s clock is %(time)s ahead. Times are set right."),
    "clock_behind": _("This device’s clock is %(time)s behind. Times are set right."),
    "hours": _("%(hours)s h %(minutes)s min"),
    "minutes": _("%(minutes)s min"),
    "seconds": _("%(seconds)s s"),
    "shut_out": _("This device was shut out. It opens nothing; what it had kept is handed in."),
    "shut_out_done": _("This device was shut out. Everything it had kept is handed in."),
    "no_names": _("Names are not loaded yet. Go on line once."),
    "names": _("%(count)s names, as of %(time)s"),
    "nobody": _("Nobody by this name."),
    "more": _("More than %(count)s found. Type more letters."),
    "unknown": _("Name not known off line"),
    "camera_no": _("The camera may not be used. Allow it in the browser’s settings, or use a hand scanner."),
    "camera_none": _("No camera was found. Use a hand scanner, or look for a name."),
    "camera_busy": _("Another program uses the camera. Close it and try again."),
    "camera_insecure": _("The camera needs an https address. Ask for the secure address of this page."),
    "pair_away": _("The server cannot be reached. Pairing needs the network once."),
    "pair_broken": _("Pairing did not work. Try again."),
    "storage": _(
        "This browser keeps nothing, perhaps in a private window. The gate needs an ordinary window."
    ),
    "no_zone": _("Choose a zone first."),
    "one_way": _("way in only"),
    "leave": _(
        "%(count)s scans are still waiting here. Forget the pairing all the same? They stay and are sent."
    ),
    "update": _("A new version is ready. It starts with the next opening."),
}


def page_words() -> dict[str, object]:
    """Everything the page's scripts say, as plain texts in the present language."""
    words: dict[str, object] = {key: str(text) for key, text in PAGE.items()}
    words["reasons"] = {key: str(text) for key, text in REASONS.items() if key}
    return words


def reason_words(reason: str) -> str:
    """Why a scan ended as it did; "" when there is nothing to say."""
    return str(REASONS.get(reason, reason))


def duration_words(seconds: int) -> str:
    """A clock's error in words, as the page says it."""
    if seconds < 60:
        return str(PAGE["seconds"]) % {"seconds": seconds}
    minutes = round(seconds / 60)
    if minutes < 60:
        return str(PAGE["minutes"]) % {"minutes": minutes}
    return str(PAGE["hours"]) % {"hours": minutes // 60, "minutes": minutes % 60}
