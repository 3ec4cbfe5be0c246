"""A text that is saved while its employer is renamed has the new name in its vector; and names are found by how they begin.

Neither of the two transactions sees what the other one has not committed: the new text was made with the old name, and
the renaming did not know of it. So a new text holds on to its employer until its transaction ends: a renaming that comes
later waits for it, and one that is under way is waited for. Other changes of an employer are waited for as well; they are
short. A text that is there already needs no lock, because both write its row and the second one reads the name again. With
a lock that would even be wrong: who changes a text has its row before the trigger runs, and would wait for the renaming,
which waits for that row.

The rule that keeps this free of deadlocks: no transaction changes a text and then adds another one of the same employer.
It would have the row of the first and wait, for the employer, until a renaming ends that waits for that row. Who needs both
adds first, or locks the employer before anything else.
"""

from typing import ClassVar

import django.contrib.postgres.indexes
import django.db.models.functions.text
from django.db import migrations, models

FUNCTION = """
CREATE OR REPLACE FUNCTION postings_text_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    configuration regconfig := ('portal_' || NEW.language)::regconfig;
    employer text;
BEGIN
    {find}
    NEW.search :=
        setweight(to_tsvector(configuration, coalesce(NEW.title, '')), 'A') ||
        setweight(to_tsvector(configuration, coalesce(NEW.summary, '')), 'B') ||
        setweight(to_tsvector(configuration, coalesce(NEW.duties, '[]'::jsonb)), 'C') ||
        setweight(to_tsvector(configuration, coalesce(NEW.must_haves, '[]'::jsonb) || coalesce(NEW.nice_to_haves, '[]'::jsonb)), 'D') ||
        setweight(to_tsvector(configuration, coalesce(employer, '')), 'B');
    RETURN NEW;
END $$;
"""
FIND = """SELECT e.name INTO employer FROM postings_employer e JOIN postings_posting p ON p.employer_id = e.id
        WHERE p.id = NEW.posting_id"""
VECTOR = FUNCTION.format(
    find=f"""IF TG_OP = 'INSERT' THEN
        {FIND} FOR SHARE OF e;
    ELSE
        {FIND};
    END IF;"""
)
# As 0004 has it: without a lock.
OLD_VECTOR = FUNCTION.format(find=f"{FIND};")


class Migration(migrations.Migration):

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('postings', '0008_list_indexes'),
    ]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.RunSQL(VECTOR, OLD_VECTOR),
        migrations.AddIndex(
            model_name='employer',
            index=models.Index(
                django.contrib.postgres.indexes.OpClass(django.db.models.functions.text.Upper('name'), name='text_pattern_ops'),
                name='employer_name_begins',
            ),
        ),
    ]
