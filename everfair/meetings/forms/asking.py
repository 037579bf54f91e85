"""What somebody says when they ask for a meeting or answer: times, words, language, colleagues. No saving."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from everfair.base.languages import pick
from everfair.base.refusals import Refused
from everfair.base.texts import clean_line
from everfair.exhibition.forms.fields import reader_language
from everfair.exhibition.models import Offer
from everfair.meetings.models import Participant, Slot
from everfair.meetings.queries.firm_asks import ORIGINS, AskFilters
from everfair.meetings.queries.own_requests import STATES, WAYS, RequestFilters
from everfair.programme.forms.fields import spoken_languages

MOST_SLOTS = 5  # proposed at once


def ask_filters(data: Mapping[str, Any]) -> AskFilters:
    """The filters of a firm's list of people to ask, out of its address."""
    given = {
        name: clean_line(str(data.get(name, "")))[:100] for name in ("country", "language", "firm", "kind")
    }
    origin = str(data.get("origin", ""))
    words = clean_line(str(data.get("q", "")))[:100]
    return AskFilters(words=words, origin=origin if origin in ORIGINS else "", **given)


def request_filters(data: Mapping[str, Any]) -> RequestFilters:
    """The filters of a list of requests, out of its address; what is none filters nothing."""
    state, way = str(data.get("state", "")), str(data.get("way", ""))
    return RequestFilters(
        words=clean_line(str(data.get("q", "")))[:100],
        state=state if state in dict(STATES) else "",
        way=way if way in WAYS else "",
    )


class _RowsField(forms.MultipleChoiceField):
    """Rows by number; gives the rows themselves, in the order offered."""

    def __init__(self, **more: Any) -> None:
        self.rows: dict[str, Any] = {}
        super().__init__(widget=forms.CheckboxSelectMultiple, **more)

    def offer(self, rows: Iterable[Any], label: Any = str) -> None:
        """What may be chosen."""
        found = list(rows)
        self.rows = {str(row.pk): row for row in found}
        self.choices = [(str(row.pk), label(row)) for row in found]

    def clean(self, value: Any) -> list[Any]:
        chosen = set(super().clean(value))
        return [row for key, row in self.rows.items() if key in chosen]


class _Refusable(forms.Form):
    """A form that shows an action's sentence at its field."""

    def refuse(self, refused: Refused) -> None:
        """At the field it names, else above the form."""
        field = {"slot": "slots"}.get(refused.field or "", refused.field)
        self.add_error(field if field in self.fields else None, str(refused))


class SlotsForm(_Refusable):
    """Times one side proposes: one at least, MOST_SLOTS at most."""

    slots = _RowsField(
        label=gettext_lazy("Times that suit you"),
        error_messages={
            "required": gettext_lazy("Choose one time at least."),
            "invalid_choice": gettext_lazy("One of these times has just been taken. Choose again."),
        },
    )
    message = forms.CharField(
        label=gettext_lazy("Message"),
        required=False,
        max_length=2000,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.field("slots").offer(slots)

    def field(self, name: str) -> Any:
        """A field of any kind."""
        return self.fields[name]

    def clean_slots(self) -> list[Slot]:
        """Not endlessly many."""
        chosen: list[Slot] = self.cleaned_data["slots"]
        if len(chosen) > MOST_SLOTS:
            raise ValidationError(_("Propose at most %(most)d times.") % {"most": MOST_SLOTS})
        return chosen


class AskForm(SlotsForm):
    """A request: what it is about, times, language, an interpreter, who comes along."""

    field_order = ("offer", "message", "slots", "language", "needs_interpreter", "colleagues")
    offer = forms.ChoiceField(label=gettext_lazy("About"), required=False)
    language = forms.ChoiceField(label=pgettext_lazy("meeting", "Language"), required=False)
    needs_interpreter = forms.BooleanField(label=gettext_lazy("I need an interpreter"), required=False)
    colleagues = _RowsField(label=gettext_lazy("Who comes along"), required=False)

    def __init__(
        self,
        *args: Any,
        slots: Sequence[Slot],
        offers: Sequence[Offer] = (),
        languages: Sequence[str] = (),
        colleagues: Sequence[Participant] = (),
        has_interpreters: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, slots=slots, **kwargs)
        message = self.field("message")
        message.help_text = _("What you would like to talk about. The other side reads it.")
        self.offers = {offer.code: offer for offer in offers}
        language = reader_language()
        names = [(offer.code, pick(offer.title, language)) for offer in offers]
        self.field("offer").choices = [("", _("nothing in particular")), *names]
        known = dict(spoken_languages(*languages))
        self.field("language").choices = [(code, known[code]) for code in languages or known]
        self.field("colleagues").offer(colleagues)
        for name, is_there in (
            ("offer", bool(offers)),
            ("needs_interpreter", has_interpreters),
            ("colleagues", bool(colleagues)),
        ):
            if not is_there:
                del self.fields[name]

    def values(self) -> dict[str, Any]:
        """What `send_request` takes, without the place."""
        found = dict(self.cleaned_data)
        found["offer"] = self.offers.get(found.get("offer", ""))
        return found


class MoveForm(SlotsForm):
    """Other times for an agreed meeting, and why."""

    message = forms.CharField(
        label=gettext_lazy("Why another time"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The other side reads it."),
    )

    def values(self) -> dict[str, Any]:
        """What `propose_move` takes."""
        return {"slots": self.cleaned_data["slots"], "message": self.cleaned_data["message"]}


class PickForm(_Refusable):
    """One time out of those that are free for both."""

    slots = forms.ChoiceField(
        label=gettext_lazy("Time"),
        widget=forms.RadioSelect,
        error_messages={
            "required": gettext_lazy("Choose a time."),
            "invalid_choice": gettext_lazy("This time has just been taken. Choose another one."),
        },
    )

    def __init__(self, *args: Any, slots: Sequence[Slot], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rows = {str(slot.pk): slot for slot in slots}
        field: Any = self.fields["slots"]
        field.choices = [(key, str(slot.starts_at)) for key, slot in self.rows.items()]

    def clean_slots(self) -> Slot:
        """The row."""
        return self.rows[self.cleaned_data["slots"]]


class ReasonForm(_Refusable):
    """Why something is declined or cancelled, as the other side reads it."""

    reason = forms.CharField(
        label=gettext_lazy("Reason"),
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=gettext_lazy("The other side reads it."),
    )
