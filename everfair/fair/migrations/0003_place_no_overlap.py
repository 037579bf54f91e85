"""On PostgreSQL two places of one area can never share ground, whatever the code does. Touching edges are fine."""

from django.db import migrations

# int8range lets a plain number stand in a GiST index without an extension. Boxes are a centimetre smaller than the place.
ADD = """
ALTER TABLE fair_place ADD CONSTRAINT place_no_overlap EXCLUDE USING gist (
    int8range(area_id, area_id, '[]') WITH &&,
    box(point(x + 0.005, y + 0.005), point(x + width - 0.005, y + depth - 0.005)) WITH &&
) WHERE (x IS NOT NULL AND y IS NOT NULL AND width IS NOT NULL AND depth IS NOT NULL)
"""
DROP = "ALTER TABLE fair_place DROP CONSTRAINT IF EXISTS place_no_overlap"


def _run(statement):
    def run(apps, schema_editor):
        if schema_editor.connection.vendor == "postgresql":
            schema_editor.execute(statement)

    return run


class Migration(migrations.Migration):
    dependencies = [("fair", "0001_initial")]
    operations = [migrations.RunPython(_run(ADD), _run(DROP))]
