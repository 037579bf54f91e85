"""A session in the organiser's editor, and each speaker's part in it."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from everfair.base.refusals import EditedMeanwhile
from everfair.exhibition.models import Exhibitor
from everfair.fair.forms import WordsForm, WordsSpec
from everfair.fair.models import ActivityKind, Delegation, Edition, Sector
from everfair.programme.forms.fields import FairTimeField, NamedRowField, on_the_fairs_clock, spoken_languages
from everfair.programme.models import Session, SessionSpeaker, Speaker, Stage


class SessionForm(WordsForm):
    """Everything about a session but its speakers, materials and state."""

    words = (
        WordsSpec("title", _("Title"), 300, is_required=True),
        WordsSpec("subtitle", _("Subtitle"), 300),
        WordsSpec("abstract", _("Abstract"), 20000, rows=7, help=_("Markdown: empty lines, lists, links.")),
        WordsSpec(
            "host_name", _("Host, in words"), 200, help=_("Where neither a firm nor a delegation hosts it.")
        ),
    )
    order = (
        "title", "subtitle", "abstract", "kind", "starts_at", "ends_at", "stage", "on_purpose", "format", "language",
        "interpretation", "seats", "has_waiting_list", "sectors", "track", "exhibitor", "delegation", "host_name",
        "live_url", "replay_url", "questions_open",
    )  # fmt: skip
    kind = forms.ModelChoiceField(
        label=_("Kind of activity"),
        queryset=ActivityKind.objects.none(),
        required=False,
        empty_label=_("not said"),
    )
    starts_at = FairTimeField(label=_("Begins"), required=False)
    ends_at = FairTimeField(label=_("Ends"), required=False)
    stage = forms.ModelChoiceField(
        label=_("Stage"), queryset=Stage.objects.none(), required=False, empty_label=_("not given yet")
    )
    on_purpose = forms.BooleanField(
        label=_("On purpose at the same time as another session"),
        required=False,
        help_text=_("Only in an on-line room. A room holds one session at a time."),
    )
    format = forms.ChoiceField(label=_("Format"), choices=Session.Format.choices, initial="on_site")
    language = forms.ChoiceField(label=_("Spoken language"), required=False)
    interpretation = forms.MultipleChoiceField(
        label=_("Can also be listened to in"), required=False, widget=forms.CheckboxSelectMultiple
    )
    seats = forms.IntegerField(
        label=_("Seats"),
        required=False,
        min_value=0,
        max_value=100_000,
        help_text=_("Empty: come as you like. A number: people take seats beforehand."),
    )
    has_waiting_list = forms.BooleanField(
        label=_("Waiting list when all seats are taken"), required=False, initial=True
    )
    sectors = forms.ModelMultipleChoiceField(
        label=_("Sectors"),
        queryset=Sector.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )
    track = forms.CharField(label=_("Track"), required=False, max_length=120)
    exhibitor = NamedRowField(
        label=_("Hosted by the firm"),
        required=False,
        list_id="firms",
        unknown=_("No firm of this edition is called “%(name)s”."),
        help_text=_("Name or code of an exhibitor."),
    )
    delegation = forms.ModelChoiceField(
        label=_("Hosted by the delegation"),
        queryset=Delegation.objects.none(),
        required=False,
        empty_label=_("none"),
    )
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
    questions_open = forms.BooleanField(
        label=_("The audience may ask questions"), required=False, initial=True
    )

    def __init__(self, *args: Any, edition: Edition, **kwargs: Any) -> None:
        row: Session | None = kwargs.get("row")
        super().__init__(*args, languages=edition.languages, **kwargs)
        fields: Any = self.fields
        fields["kind"].queryset = edition.activity_kinds.all()
        fields["stage"].queryset = Stage.objects.filter(edition=edition)
        fields["delegation"].queryset = edition.delegations.all()
        chosen = list(row.sectors.values_list("pk", flat=True)) if row is not None and row.pk else []
        fields["sectors"].queryset = edition.sectors.filter(parent=None) | edition.sectors.filter(
            pk__in=chosen
        )
        self.initial["sectors"] = chosen
        held = [row.language, *row.interpretation] if row is not None else []
        offered = spoken_languages(*held)
        fields["language"].choices = [("", _("not said")), *offered]
        fields["interpretation"].choices = offered
        firms = Exhibitor.objects.filter(edition=edition).select_related("organisation").order_by("id")
        fields["exhibitor"].offer((firm.code, firm.organisation.name, firm) for firm in firms)
        on_the_fairs_clock(self, edition)

    def values(self) -> dict[str, Any]:
        """What `save_session` takes, without `on_purpose`."""
        values = super().values()
        values.pop("on_purpose", None)
        values["sectors"] = list(values["sectors"] or ())
        return values

    @property
    def was_edited_meanwhile(self) -> bool:
        """Whether somebody else saved first."""
        return any(isinstance(error, EditedMeanwhile) for error in self.refusals)


class PartForm(forms.Form):
    """One speaker's part: who, and as what."""

    speaker = NamedRowField(
        label=_("Speaker"),
        required=False,
        list_id="speakers",
        unknown=_("No speaker of this edition is called “%(name)s”. Add the speaker first."),
    )
    role = forms.ChoiceField(label=_("Part"), choices=SessionSpeaker.Role.choices, required=False)

    def __init__(self, *args: Any, offered: list[tuple[str, dict[str, str], Any]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: Any = self.fields["speaker"]
        field.offer(offered)

    def values(self) -> dict[str, Any]:
        return {
            "speaker": self.cleaned_data.get("speaker"),
            "role": self.cleaned_data.get("role") or "speaker",
        }


def speakers_offered(edition: Edition) -> list[tuple[str, dict[str, str], Any]]:
    """(code, name, row) of the edition's speakers, newest first."""
    rows = Speaker.objects.filter(edition=edition).defer("about").order_by("-id")
    return [(row.code, row.name, row) for row in rows]
