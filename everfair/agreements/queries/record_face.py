"""What stands in the record of a confirmed agreement, in both languages. No personal data: organisations, proofs, digests."""

from collections.abc import Callable, Sequence
from datetime import date, datetime

from django.utils import translation
from django.utils.translation import gettext as _

from everfair.agreements.models import Agreement, AgreementFile, AgreementParty, ChainEntry
from everfair.base.canonical import written_amount
from everfair.base.countries import country_names
from everfair.base.languages import CONTENT_TO_INTERFACE, Words
from everfair.gateways.printing import RecordFace, RecordParty, RecordRow

BETWEEN = " · "
FIRM = "firm:"  # how keys of firms with a booth begin, whose names the organiser admitted


def record_face(
    agreement: Agreement, parties: Sequence[AgreementParty], files: Sequence[AgreementFile], entry: ChainEntry
) -> RecordFace:
    """Ready to be set."""
    edition = agreement.edition
    titles = _texts(agreement.title)
    seal = edition.fair.seal
    fair = _texts(edition.name)
    return RecordFace(
        title=titles[0] if titles else agreement.code,
        heading=_both(lambda: _("Record of a confirmed agreement")),
        titles=titles,
        parties=tuple(_party(party) for party in parties),
        rows=tuple(_rows(agreement, files)),
        digests=tuple(_digests(agreement, files, entry)),
        notes=(
            *_each(
                lambda: _(
                    "Checked: for each party an account that may sign for it here confirmed exactly the text with this SHA-256 by "
                    "the proof named, at the time named; for each party another person; the record has stood unchanged in the "
                    "chain since. It is no qualified electronic signature."
                )
            ),
            *_each(
                lambda: _(
                    "Not checked: who these people are beyond their accounts, whether they may bind their organisation under its "
                    "own law, and a name that a buyer gave; where that is so, it says so beside the name."
                )
            ),
        ),
        fair=fair[0] if fair else "",
        second_fair=fair[1] if len(fair) > 1 else "",
        seal=seal,
        foot=f"{agreement.code}{BETWEEN}{_both(lambda: _('record %(number)d of the chain') % {'number': entry.number})}",
    )  # fmt: skip


def amount_words(agreement: Agreement) -> str:
    """ "CNY 1,200,000", "CNY 1,000,000 – 1,500,000", "not disclosed", in the language of the page."""
    if agreement.value_from is None or agreement.value_to is None:
        return str(Agreement.Worth.UNDISCLOSED.label)
    low, high = (_grouped(value) for value in (agreement.value_from, agreement.value_to))
    said = low if agreement.worth == Agreement.Worth.EXACT else f"{low} – {high}"
    return f"{agreement.currency} {said}"


def _grouped(value: object) -> str:
    whole, point, rest = written_amount(value).partition(".")  # type: ignore[arg-type]
    return f"{int(whole):,}{point}{rest.ljust(2, '0') if rest else ''}"


def _party(party: AgreementParty) -> RecordParty:
    parts = [
        "" if party.key.startswith(FIRM) else _both(lambda: _("name given by the buyer, not checked")),
        _both(lambda: country_names(_content()).get(party.country, "")) if party.country else "",
        _both(lambda: str(party.get_proof_display())) if party.proof else "",
        _moment(party.confirmed_at) if party.confirmed_at else "",
    ]
    return RecordParty(_texts(party.name), BETWEEN.join(part for part in parts if part))


def _rows(agreement: Agreement, files: Sequence[AgreementFile]) -> list[RecordRow]:
    rows = [
        RecordRow(_both(lambda: _("Kind")), (_both(lambda: str(agreement.get_kind_display())),)),
        RecordRow(_both(lambda: _("What is agreed")), _texts(agreement.summary)),
        RecordRow(_both(lambda: _("Value")), (_both(lambda: amount_words(agreement)),)),
    ]
    days: list[tuple[Callable[[], str], date | None]] = [
        (lambda: _("Signed on"), agreement.signed_on),
        (lambda: _("In force from"), agreement.starts_on),
        (lambda: _("In force until"), agreement.ends_on),
    ]
    rows += [RecordRow(_both(label), (day.isoformat(),)) for label, day in days if day is not None]
    if agreement.replaces is not None:
        rows.append(RecordRow(_both(lambda: _("In place of")), (agreement.replaces.code,)))
    confirmed = agreement.confirmed_at
    if confirmed is not None:
        rows.append(RecordRow(_both(lambda: _("Confirmed by all")), (_moment(confirmed),)))
    return rows


def _digests(agreement: Agreement, files: Sequence[AgreementFile], entry: ChainEntry) -> list[RecordRow]:
    rows = [RecordRow(_both(lambda: _("SHA-256 of the statement")), (agreement.digest,))]
    rows += [
        RecordRow(
            _both(lambda number=number: _("SHA-256 of document %(number)d") % {"number": number}),  # type: ignore[misc]
            (file.sha256,),
        )
        for number, file in enumerate(files, 1)
    ]
    said = _both(lambda: _("Record %(number)d of the chain") % {"number": entry.number})
    return [*rows, RecordRow(said, (entry.digest,))]


def _moment(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M UTC")


def _content() -> str:
    return "zh" if (translation.get_language() or "").startswith("zh") else "en"


def _each(say: Callable[[], str]) -> tuple[str, ...]:
    """The same in each language of ours, Chinese first; once where both say the same."""
    found = []
    for code in ("zh", "en"):
        with translation.override(CONTENT_TO_INTERFACE[code]):
            found.append(say())
    return tuple(dict.fromkeys(one for one in found if one))


def _both(say: Callable[[], str]) -> str:
    return BETWEEN.join(_each(say))


def _texts(words: Words) -> tuple[str, ...]:
    """Chinese first, then English, then the others."""
    order = [code for code in ("zh", "en") if words.get(code)]
    order += [code for code in words if code not in order and words[code]]
    return tuple(dict.fromkeys(words[code] for code in order))
