"""The form by which a schedule is sent. Reading it is the actions' work."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy

from everfair.gateways.schedules import MOST_BYTES
from everfair.gateways.schedules.read import too_large


class ScheduleForm(forms.Form):
    """A file, the name under which the schedule is known, whether new sessions are announced."""

    file = forms.FileField(
        label=gettext_lazy("The schedule"),
        help_text=gettext_lazy("schedule.xml or schedule.json, as pretalx, frab and others export it."),
        error_messages={
            "required": gettext_lazy("Choose the file that holds the schedule."),
            "empty": gettext_lazy("The file is empty. Choose the file that holds the schedule."),
        },
    )
    source = forms.CharField(
        label=gettext_lazy("Name of the schedule"),
        max_length=60,
        required=False,
        help_text=gettext_lazy(
            "Send later files under the same name, and everfair tells what is kept, moved, new or withdrawn. "
            "Left empty, the schedule's own acronym is taken."
        ),
    )
    publish = forms.BooleanField(
        label=gettext_lazy("Announce new sessions at once"),
        required=False,
        initial=True,
        help_text=gettext_lazy("Otherwise they come in as drafts."),
    )

    def clean_file(self) -> Any:
        found = self.cleaned_data["file"]
        if found.size > MOST_BYTES:
            raise forms.ValidationError(too_large(found.size))
        return found
