from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("calls", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="callperson", name="feed", field=models.CharField(blank=True, max_length=40)
        )
    ]
