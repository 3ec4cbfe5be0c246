from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    """For the desk of an employer with very many postings. Made without keeping anybody from writing meanwhile."""

    atomic = False

    dependencies = [("postings", "0007_title_keys")]

    operations = [
        AddIndexConcurrently(
            model_name="posting",
            index=models.Index(fields=["employer", "-updated_at", "-id"], name="posting_desk_newest"),
        ),
    ]
