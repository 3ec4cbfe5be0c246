from __future__ import annotations

from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models
from django.db.migrations.operations.base import Operation

# As Django named them in 0001.
OLD = {
    "postingtext": "postings_postingtext_posting_id_f88127be",
    "postinglanguage": "postings_postinglanguage_posting_id_2679027a",
    "startclass": "postings_startclass_posting_id_9a8a92b6",
}


def without_its_own_index(model: str, related_name: str) -> Operation:
    """The foreign key to the posting. Django would make the constraint anew for it, and check every row."""
    table = f"postings_{model}"
    key = models.ForeignKey(db_index=False, on_delete=models.CASCADE, related_name=related_name, to="postings.posting")
    return migrations.SeparateDatabaseAndState(
        database_operations=[
            migrations.RunSQL(
                f"DROP INDEX CONCURRENTLY IF EXISTS {OLD[model]}",
                f"CREATE INDEX CONCURRENTLY IF NOT EXISTS {OLD[model]} ON {table} (posting_id)",
            )
        ],
        state_operations=[migrations.AlterField(model_name=model, name="posting", field=key)],
    )


class Migration(migrations.Migration):
    """What a list of results says of titles and languages, read from indexes alone. Each takes the place of the index of its
    foreign key, which it begins with, and start classes need none beside that of their dates: a write has fewer to keep than
    before. Made without keeping anybody from writing meanwhile.
    """

    atomic = False

    dependencies = [("postings", "0009_employer_names")]

    operations = [
        AddIndexConcurrently(
            model_name="postingtext",
            index=models.Index(fields=["posting", "language"], include=["title"], name="posting_text_titles"),
        ),
        AddIndexConcurrently(
            model_name="postinglanguage",
            index=models.Index(fields=["posting", "-is_required", "id"], include=["language", "level"], name="posting_languages_in_order"),
        ),
        without_its_own_index("postingtext", "texts"),
        without_its_own_index("postinglanguage", "languages"),
        without_its_own_index("startclass", "start_classes"),
    ]
