"""The search index in the database: what changed since when, and the built base (docs/search.md).

Triggers write the change log, so that no way of writing a posting (a service, the admin, a shell, plain SQL) can
be forgotten. The vector of a text now also has the employer's name: "kundeservice northline" finds it.
"""

from typing import ClassVar

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

VECTOR = """
CREATE OR REPLACE FUNCTION postings_text_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    configuration regconfig := ('portal_' || NEW.language)::regconfig;
    employer text := (SELECT e.name FROM postings_employer e JOIN postings_posting p ON p.employer_id = e.id WHERE p.id = NEW.posting_id);
BEGIN
    NEW.search :=
        setweight(to_tsvector(configuration, coalesce(NEW.title, '')), 'A') ||
        setweight(to_tsvector(configuration, coalesce(NEW.summary, '')), 'B') ||
        setweight(to_tsvector(configuration, coalesce(NEW.duties, '[]'::jsonb)), 'C') ||
        setweight(to_tsvector(configuration, coalesce(NEW.must_haves, '[]'::jsonb) || coalesce(NEW.nice_to_haves, '[]'::jsonb)), 'D') ||
        setweight(to_tsvector(configuration, coalesce(employer, '')), 'B');
    RETURN NEW;
END $$;
UPDATE postings_postingtext SET title = title;
"""
OLD_VECTOR = """
CREATE OR REPLACE FUNCTION postings_text_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE configuration regconfig := ('portal_' || NEW.language)::regconfig;
BEGIN
    NEW.search :=
        setweight(to_tsvector(configuration, coalesce(NEW.title, '')), 'A') ||
        setweight(to_tsvector(configuration, coalesce(NEW.summary, '')), 'B') ||
        setweight(to_tsvector(configuration, coalesce(NEW.duties, '[]'::jsonb)), 'C') ||
        setweight(to_tsvector(configuration, coalesce(NEW.must_haves, '[]'::jsonb) || coalesce(NEW.nice_to_haves, '[]'::jsonb)), 'D');
    RETURN NEW;
END $$;
UPDATE postings_postingtext SET title = title;
"""

CHANGES = """
ALTER TABLE postings_searchchange ADD COLUMN xid xid8 NOT NULL DEFAULT pg_current_xact_id();
CREATE INDEX postings_searchchange_xid ON postings_searchchange (xid, id);

-- A draft is nobody's business yet: its changes are noted from the moment it is published.
CREATE FUNCTION postings_note_posting() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        INSERT INTO postings_searchchange (posting_id) VALUES (OLD.id);
    ELSIF NEW.state <> 'draft' OR (TG_OP = 'UPDATE' AND OLD.state <> 'draft') THEN
        INSERT INTO postings_searchchange (posting_id) VALUES (NEW.id);
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_note_posting AFTER INSERT OR UPDATE OR DELETE ON postings_posting
    FOR EACH ROW EXECUTE FUNCTION postings_note_posting();

CREATE FUNCTION postings_note_part() RETURNS trigger LANGUAGE plpgsql AS $$
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
CREATE TRIGGER postings_note_part AFTER INSERT OR UPDATE OR DELETE ON postings_postingtext
    FOR EACH ROW EXECUTE FUNCTION postings_note_part();
CREATE TRIGGER postings_note_part AFTER INSERT OR UPDATE OR DELETE ON postings_postinglanguage
    FOR EACH ROW EXECUTE FUNCTION postings_note_part();
CREATE TRIGGER postings_note_part AFTER INSERT OR UPDATE OR DELETE ON postings_startclass
    FOR EACH ROW EXECUTE FUNCTION postings_note_part();

CREATE FUNCTION postings_note_site() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO postings_searchchange (posting_id) SELECT id FROM postings_posting WHERE site_id = NEW.id AND state <> 'draft';
    RETURN NULL;
END $$;
CREATE TRIGGER postings_note_site AFTER UPDATE ON postings_site FOR EACH ROW EXECUTE FUNCTION postings_note_site();

-- The name is part of each text's vector, so it is made again; that notes the postings, too.
CREATE FUNCTION postings_note_employer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NEW.name <> OLD.name THEN
        UPDATE postings_postingtext SET title = title
            WHERE posting_id IN (SELECT id FROM postings_posting WHERE employer_id = NEW.id);
    ELSIF NEW.industry <> OLD.industry THEN
        INSERT INTO postings_searchchange (posting_id) SELECT id FROM postings_posting WHERE employer_id = NEW.id AND state <> 'draft';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER postings_note_employer AFTER UPDATE OF name, industry ON postings_employer
    FOR EACH ROW EXECUTE FUNCTION postings_note_employer();
"""
NO_CHANGES = """
DROP TRIGGER postings_note_employer ON postings_employer;
DROP FUNCTION postings_note_employer();
DROP TRIGGER postings_note_site ON postings_site;
DROP FUNCTION postings_note_site();
DROP TRIGGER postings_note_part ON postings_startclass;
DROP TRIGGER postings_note_part ON postings_postinglanguage;
DROP TRIGGER postings_note_part ON postings_postingtext;
DROP FUNCTION postings_note_part();
DROP TRIGGER postings_note_posting ON postings_posting;
DROP FUNCTION postings_note_posting();
ALTER TABLE postings_searchchange DROP COLUMN xid;
"""


class Migration(migrations.Migration):

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('postings', '0003_library_workshop'),
    ]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.CreateModel(
            name='SearchChange',
            fields=[
                ('id', models.BigAutoField(primary_key=True, serialize=False)),
                ('posting_id', models.BigIntegerField()),
            ],
        ),
        migrations.CreateModel(
            name='SearchGeneration',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('horizon', models.CharField(max_length=20)),
                ('postings', models.PositiveIntegerField(default=0)),
                ('is_ready', models.BooleanField(default=False)),
                ('started_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('ready_at', models.DateTimeField(blank=True, null=True)),
            ],
        ),
        migrations.CreateModel(
            name='SearchPart',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('name', models.CharField(max_length=40)),
                ('number', models.PositiveSmallIntegerField(default=0)),
                ('data', models.BinaryField()),
                ('generation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='postings.searchgeneration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('generation', 'name', 'number'), name='search_part_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchWord',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('language', models.CharField(max_length=5)),
                ('word', models.TextField(db_collation='C')),
                ('count', models.PositiveIntegerField()),
                ('bits', models.BinaryField()),
                ('title_bits', models.BinaryField(null=True)),
                ('generation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='words', to='postings.searchgeneration')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('generation', 'language', 'word'), name='search_word_once')],
            },
        ),
        migrations.RunSQL(VECTOR, OLD_VECTOR),
        migrations.RunSQL(CHANGES, NO_CHANGES),
    ]
