"""Parties of the public record are marked, answers get the salt of their digest in the chain."""

from typing import Any

from django.db import migrations, models


def mark_parties(apps: Any, schema_editor: Any) -> None:
    """Of what is public already: whoever was named first, as many as the record counts; later ones are of a draft."""
    outcomes = apps.get_model("outcomes", "Outcome").objects.filter(public__isnull=False)
    for outcome in outcomes.select_related("public").iterator(chunk_size=500):
        keys = list(outcome.parties.order_by("pk").values_list("pk", flat=True))
        outcome.parties.filter(pk__in=keys[: outcome.public.content["party_count"]]).update(in_record=True)


class Migration(migrations.Migration):
    dependencies = [("outcomes", "0003_one_outcome_of_an_agreement")]

    operations = [
        migrations.AddField("outcomeparty", "in_record", models.BooleanField(default=False)),
        migrations.AddField("outcomeparty", "removed_at", models.DateTimeField(blank=True, null=True)),
        migrations.AddField("followupanswer", "salt", models.CharField(blank=True, max_length=32)),
        migrations.RunPython(mark_parties, migrations.RunPython.noop),
    ]
