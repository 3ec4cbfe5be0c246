"""The log of changes notes sites, employers, places and roles as such, and says from where on it is whole.

Looked up at reading: the transaction that moves a site cannot see the posting that another one is just publishing
there, and a trigger that looked for postings would then note nothing. For the same reason a changed text is noted even
while its posting is a draft: another transaction may be publishing it.
"""

from typing import ClassVar

import django.utils.timezone
from django.db import migrations, models

CHANGES = """
ALTER TABLE postings_searchchange
    ADD CONSTRAINT search_change_names_one CHECK (num_nonnulls(posting_id, site_id, employer_id, place_id, role_id) = 1);

CREATE OR REPLACE FUNCTION postings_note_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO postings_searchchange (posting_id) VALUES (OLD.posting_id);
    END IF;
    IF TG_OP = 'INSERT' OR (TG_OP = 'UPDATE' AND NEW.posting_id <> OLD.posting_id) THEN
        INSERT INTO postings_searchchange (posting_id) VALUES (NEW.posting_id);
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION postings_note_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postings_searchchange (site_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
DROP TRIGGER postings_note_site ON postings_site;
CREATE TRIGGER postings_note_site AFTER UPDATE ON postings_site FOR EACH ROW
    WHEN (NEW.place_id IS DISTINCT FROM OLD.place_id OR NEW.time_zone <> OLD.time_zone) EXECUTE FUNCTION postings_note_site();

-- The name is part of each text's vector, so it is made again; that notes the postings, too.
CREATE OR REPLACE FUNCTION postings_note_employer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name THEN
        UPDATE postings_postingtext SET title = title
            WHERE posting_id IN (SELECT id FROM postings_posting WHERE employer_id = NEW.id);
    END IF;
    IF NEW.industry <> OLD.industry THEN
        INSERT INTO postings_searchchange (employer_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;

CREATE FUNCTION postings_note_place() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postings_searchchange (place_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER postings_note_place AFTER UPDATE ON postings_place FOR EACH ROW
    WHEN (NEW.latitude <> OLD.latitude OR NEW.longitude <> OLD.longitude) EXECUTE FUNCTION postings_note_place();

CREATE FUNCTION postings_note_role() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postings_searchchange (role_id) VALUES (NEW.id);
    RETURN NULL;
END $$;
CREATE TRIGGER postings_note_role AFTER UPDATE ON postings_role FOR EACH ROW
    WHEN (NEW.key <> OLD.key) EXECUTE FUNCTION postings_note_role();
"""
OLD_CHANGES = """
DROP TRIGGER postings_note_role ON postings_role;
DROP FUNCTION postings_note_role();
DROP TRIGGER postings_note_place ON postings_place;
DROP FUNCTION postings_note_place();
DELETE FROM postings_searchchange WHERE posting_id IS NULL;
ALTER TABLE postings_searchchange DROP CONSTRAINT search_change_names_one;

CREATE OR REPLACE FUNCTION postings_note_part() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP <> 'INSERT' THEN
        INSERT INTO postings_searchchange (posting_id)
            SELECT id FROM postings_posting WHERE id = OLD.posting_id AND state <> 'draft';
    END IF;
    IF TG_OP <> 'DELETE' THEN
        INSERT INTO postings_searchchange (posting_id)
            SELECT id FROM postings_posting WHERE id = NEW.posting_id AND state <> 'draft';
    END IF;
    RETURN NULL;
END $$;

CREATE OR REPLACE FUNCTION postings_note_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postings_searchchange (posting_id) SELECT id FROM postings_posting WHERE site_id = NEW.id AND state <> 'draft';
    RETURN NULL;
END $$;
DROP TRIGGER postings_note_site ON postings_site;
CREATE TRIGGER postings_note_site AFTER UPDATE ON postings_site FOR EACH ROW EXECUTE FUNCTION postings_note_site();

CREATE OR REPLACE FUNCTION postings_note_employer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name THEN
        UPDATE postings_postingtext SET title = title
            WHERE posting_id IN (SELECT id FROM postings_posting WHERE employer_id = NEW.id);
    ELSIF NEW.industry <> OLD.industry THEN
        INSERT INTO postings_searchchange (posting_id) SELECT id FROM postings_posting WHERE employer_id = NEW.id AND state <> 'draft';
    END IF;
    RETURN NULL;
END $$;
"""
# Bitmaps are small already: PostgreSQL shall not try to compress them, nor unpack them at every read.
STORAGE = """
ALTER TABLE postings_searchpart ALTER data SET STORAGE EXTERNAL;
ALTER TABLE postings_searchword ALTER bits SET STORAGE EXTERNAL, ALTER title_bits SET STORAGE EXTERNAL;
"""
OLD_STORAGE = """
ALTER TABLE postings_searchpart ALTER data SET STORAGE EXTENDED;
ALTER TABLE postings_searchword ALTER bits SET STORAGE EXTENDED, ALTER title_bits SET STORAGE EXTENDED;
"""


class Migration(migrations.Migration):

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('postings', '0005_places'),
    ]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AlterField('searchchange', 'posting_id', models.BigIntegerField(null=True)),
        migrations.AddField('searchchange', 'site_id', models.BigIntegerField(null=True)),
        migrations.AddField('searchchange', 'employer_id', models.BigIntegerField(null=True)),
        migrations.AddField('searchchange', 'place_id', models.BigIntegerField(null=True)),
        migrations.AddField('searchchange', 'role_id', models.BigIntegerField(null=True)),
        migrations.AlterField('searchgeneration', 'horizon', models.TextField()),
        migrations.CreateModel(
            name='SearchFloor',
            fields=[
                ('id', models.PositiveSmallIntegerField(default=1, primary_key=True, serialize=False)),
                ('horizon', models.TextField(blank=True)),
                ('candidate', models.TextField(blank=True)),
                ('noted_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='search_floor_one_row')],
            },
        ),
        migrations.RunSQL(CHANGES, OLD_CHANGES),
        migrations.RunSQL(STORAGE, OLD_STORAGE),
    ]
