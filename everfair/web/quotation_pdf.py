"""A quotation's version as a PDF: its words and figures in the reader's language, handed to the press."""

from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from everfair.base.languages import content_language, for_reader
from everfair.base.refusals import Refused
from everfair.deals.access import Stand
from everfair.deals.queries.names import buyer_shown, firm_shown
from everfair.deals.queries.quotations import shown_version
from everfair.gateways.printing import PACKAGE, CannotSet, set_document
from everfair.web.templatetags.figures import country_name, day, fair_zone, moment
from everfair.web.templatetags.money import money, plain_money, quantity


def quotation_pdf_of(stand: Stand, version: Any) -> bytes:
    """The PDF; a buyer who is not named is not named on their own copy either, for copies travel. Refused without fonts."""
    try:
        return set_document("quotation", _data(stand, version), now=version.sent_at)
    except CannotSet as error:
        if error.characters:
            raise Refused(
                _(
                    "This server has no font for “%(characters)s”. Its administrator can install the package %(package)s."
                )
                % {"characters": error.characters, "package": PACKAGE}
            ) from error
        raise Refused(_("The paper could not be set now. Try again in a minute.")) from error


def _data(stand: Stand, version: Any) -> dict[str, Any]:
    quotation, negotiation = version.quotation, stand.negotiation
    shown = shown_version(version)
    buyer, firm = buyer_shown(negotiation), firm_shown(negotiation.firm)
    sent = moment(version.sent_at, fair_zone(negotiation.edition).key)
    state = (
        quotation.get_state_display()
        if quotation.state != "sent" and version.number == quotation.sent_number
        else ""
    )
    return {
        "language": content_language(get_language()),
        "title": version.title,
        "fair": for_reader(negotiation.edition.name),
        "number_line": _("Quotation %(code)s · version %(number)d · sent %(when)s")
        % {"code": quotation.code, "number": version.number, "when": sent},
        "state": str(state),
        "parties": [
            {"label": _("Quoted by"), "name": firm.name, "detail": country_name(firm.country)},
            {"label": _("Quoted to"), "name": buyer.name, "detail": buyer.firm or country_name(buyer.country)},
        ],
        "facts": _facts(version, negotiation),
        "columns": [
            _("No."), _("What is quoted"), _("Quantity"), _("Price for one"), _("Amount, %(currency)s") % {"currency": version.currency}
        ],
        "lines": [
            {
                "position": str(line.position), "text": line.value.text,
                "quantity": f"{quantity(line.value.quantity)} {line.value.unit}".strip(),
                "price": plain_money(line.value.price, version.currency), "amount": plain_money(line.amount, version.currency),
            }
            for line in shown.lines
        ],
        "total_label": _("Total"),
        "total": money(version.total, version.currency),
        "texts": [
            {"label": label, "text": text}
            for label, text in ((_("Terms"), version.terms), (_("What is new in this version"), version.note))
            if text
        ],
        "note": _("Each line is rounded to the currency's places; the total is the sum of what is printed. "
                  "The number below is taken of the whole content: a changed word gives another."),
        "digest_label": "SHA-256",
        "digest": version.digest,
    }  # fmt: skip


def _facts(version: Any, negotiation: Any) -> list[dict[str, str]]:
    valid = day(version.ends_on)
    if version.starts_on:
        valid = _("%(first)s to %(last)s") % {"first": day(version.starts_on), "last": valid}
    rows = [
        (_("Valid until") if not version.starts_on else _("Valid"), valid),
        (_("Taxes"), version.tax_note),
        (_("Asked for"), negotiation.title if negotiation.title != version.title else ""),
        (_("Files"), ", ".join(one.name for one in version.files.all())),
    ]
    return [{"label": label, "value": value} for label, value in rows if value]
