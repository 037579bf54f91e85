"""What an exhibitor or a delegation proposes: the session, its speakers, later its live and replay addresses."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from everfair.base.refusals import EditedMeanwhile
from everfair.exhibition.forms.fields import WordsForm as RowForm
from everfair.exhibition.forms.fields import initial_words
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import ActivityKind, Edition, Sector
from everfair.programme.forms.fields import FairTimeField, on_the_fairs_clock, spoken_languages
from everfair.programme.models import Session, SessionSpeaker


class ProposalForm(WordsForm):
    """A session as its host wishes it. Time and stage are decided by the programme team."""

    words = (
        WordsSpec("title", _("Title"), 300, is_required=True),
        WordsSpec("subtitle", _("Subtitle"), 300),
        WordsSpec("abstract", _("Abstract"), 20000, rows=7, help=_("What visitors will take home from it.")),
    )
    order = (
        "title", "subtitle", "abstract", "kind", "sectors", "format", "language", "interpretation", "starts_at",
        "ends_at", "seats",
    )  # fmt: skip
    kind = forms.ModelChoiceField(
        label=_("Kind of activity"),
        queryset=ActivityKind.objects.none(),
        required=False,
        empty_label=_("not said"),
    )
    sectors = forms.ModelMultipleChoiceField(
        label=_("Sectors"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    format = forms.ChoiceField(label=_("Format"), choices=Session.Format.choices, initial="on_site")
    language = forms.ChoiceField(label=_("Spoken language"), required=False)
    interpretation = forms.MultipleChoiceField(
        label=_("Interpretation wished"), required=False, widget=forms.CheckboxSelectMultiple
    )
    starts_at = FairTimeField(label=_("Would best begin"), required=False)
    ends_at = FairTimeField(label=_("and end"), required=False)
    seats = forms.IntegerField(
        label=_("Seats needed"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("About how many."),
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        row: Session | None = kwargs.get("row")
        super().__init__(*args, languages=edition.languages, **kwargs)
        fields: Any = self.fields
        fields["kind"].queryset = edition.activity_kinds.all()
        chosen = list(row.sectors.values_list("pk", flat=True)) if row is not None else []
        fields["sectors"].queryset = edition.sectors.filter(parent=None) | edition.sectors.filter(
            pk__in=chosen
        )
        self.initial["sectors"] = chosen
        offered = spoken_languages(*([row.language, *row.interpretation] if row is not None else []))
        fields["language"].choices = [("", _("not said")), *offered]
        fields["interpretation"].choices = offered
        on_the_fairs_clock(self, edition)

    def values(self) -> dict[str, Any]:
        """What `propose_session` and `save_proposal` take, without the people."""
        values = super().values()
        values["sectors"] = list(values["sectors"] or ())
        return values

    @property
    def was_edited_meanwhile(self) -> bool:
        """Whether somebody else saved first."""
        return any(isinstance(error, EditedMeanwhile) for error in self.refusals)


class PersonForm(RowForm):
    """One speaker of a proposal."""

    code = forms.CharField(required=False, max_length=12, widget=forms.HiddenInput)
    role = forms.ChoiceField(
        label=_("Part"), choices=SessionSpeaker.Role.choices, initial="speaker", required=False
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.add_words("name", pgettext_lazy("person", "Name"), 120, is_name=True)
        self.add_words("title", _("Position"), 200)
        self.add_words("organisation_name", _("Organisation"), 200)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        written = any(value for name, value in data.items() if name not in ("role",))
        if written and not self.errors and not self.words("name"):
            self.add_error(f"name_{self.languages[0]}", _("Write the speaker's name, or tick the row away."))
        return data

    def texts(self) -> list[tuple[str, list[tuple[str, Any]]]]:
        """(label, fields by language) of each text."""
        return [
            (str(label), self.bound_words(name))
            for name, label in (
                ("name", pgettext_lazy("person", "Name")),
                ("title", _("Position")),
                ("organisation_name", _("Organisation")),
            )
        ]

    def values(self) -> dict[str, Any]:
        return {
            "code": self.cleaned_data.get("code") or "",
            "role": self.cleaned_data.get("role") or "speaker",
            **{name: self.words(name) for name in ("name", "title", "organisation_name")},
        }


def people_of(session: Session) -> list[dict[str, Any]]:
    """The speakers of a session as rows of the form show them."""
    return [
        {
            "code": part.speaker.code,
            "role": part.role,
            **initial_words("name", part.speaker.name),
            **initial_words("title", part.speaker.title),
            **initial_words("organisation_name", part.speaker.organisation_name),
        }
        for part in session.parts.select_related("speaker")
    ]


class LinksForm(forms.Form):
    """Where a confirmed session can be watched."""

    live_url = forms.URLField(
        label=_("Live address"),
        required=False,
        max_length=500,
        assume_scheme="https",
        help_text=_("An HLS address (.m3u8), or a provider's page that opens on a click."),
    )
    replay_url = forms.URLField(
        label=_("Replay address"), required=False, max_length=500, assume_scheme="https"
    )
