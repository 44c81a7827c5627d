"""When the tolerance limits were counted last."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """One column of the outbox's own row."""

    dependencies: ClassVar = [("notices", "0001_initial")]

    operations: ClassVar = [
        migrations.AddField(model_name="outbox", name="looked_at", field=models.DateTimeField(null=True)),
    ]
