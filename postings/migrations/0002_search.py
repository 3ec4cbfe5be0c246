"""Full-text search: one configuration per language of the portal, and the trigger that keeps the vector.

PostgreSQL has no Croatian stemmer; its Serbian one (Snowball) serves Croatian well. ``unaccent`` runs before
the stemmer, so that "korisnicka podrska" finds "korisnička podrška". For the other languages accents are
removed before stemming as well, on both sides, so a query typed on a foreign keyboard still matches.
"""

from typing import ClassVar

from django.contrib.postgres.operations import TrigramExtension, UnaccentExtension
from django.db import migrations

CONFIGURATIONS = """
CREATE TEXT SEARCH CONFIGURATION portal_en (COPY = english);
ALTER TEXT SEARCH CONFIGURATION portal_en ALTER MAPPING FOR word, hword, hword_part WITH unaccent, english_stem;
CREATE TEXT SEARCH CONFIGURATION portal_nb (COPY = norwegian);
ALTER TEXT SEARCH CONFIGURATION portal_nb ALTER MAPPING FOR word, hword, hword_part WITH unaccent, norwegian_stem;
CREATE TEXT SEARCH CONFIGURATION portal_sv (COPY = swedish);
ALTER TEXT SEARCH CONFIGURATION portal_sv ALTER MAPPING FOR word, hword, hword_part WITH unaccent, swedish_stem;
CREATE TEXT SEARCH CONFIGURATION portal_hr (COPY = serbian);
ALTER TEXT SEARCH CONFIGURATION portal_hr ALTER MAPPING FOR word, hword, hword_part WITH unaccent, serbian_stem;
CREATE TEXT SEARCH CONFIGURATION portal_ru (COPY = russian);
ALTER TEXT SEARCH CONFIGURATION portal_ru ALTER MAPPING FOR word, hword, hword_part WITH unaccent, russian_stem;
"""
DROP_CONFIGURATIONS = "".join(f"DROP TEXT SEARCH CONFIGURATION portal_{code};" for code in ("en", "nb", "sv", "hr", "ru"))

TRIGGER = """
CREATE FUNCTION postings_text_search() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE configuration regconfig := ('portal_' || NEW.language)::regconfig;
BEGIN
    NEW.search :=
        setweight(to_tsvector(configuration, coalesce(NEW.title, '')), 'A') ||
        setweight(to_tsvector(configuration, coalesce(NEW.summary, '')), 'B') ||
        setweight(to_tsvector(configuration, coalesce(NEW.duties, '[]'::jsonb)), 'C') ||
        setweight(to_tsvector(configuration, coalesce(NEW.must_haves, '[]'::jsonb) || coalesce(NEW.nice_to_haves, '[]'::jsonb)), 'D');
    RETURN NEW;
END $$;
CREATE TRIGGER postings_text_search BEFORE INSERT OR UPDATE OF language, title, summary, duties, must_haves, nice_to_haves
    ON postings_postingtext FOR EACH ROW EXECUTE FUNCTION postings_text_search();
"""
DROP_TRIGGER = "DROP TRIGGER postings_text_search ON postings_postingtext; DROP FUNCTION postings_text_search();"


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [("postings", "0001_initial")]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        TrigramExtension(),
        UnaccentExtension(),
        migrations.RunSQL(CONFIGURATIONS, DROP_CONFIGURATIONS),
        migrations.RunSQL(TRIGGER, DROP_TRIGGER),
    ]
