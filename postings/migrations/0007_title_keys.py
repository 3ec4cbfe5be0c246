"""Two more forms of a title that search compares: its stems ("telefonselgere" is "Telefonselger"), and its letters
alone ("callcenter agent" is "call center agent"). Small words say nothing in either. A trigger keeps them, so that no
way of writing can forget them.
"""

from typing import ClassVar

from django.db import migrations, models

KEYS = """
CREATE FUNCTION postings_title_keys() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.stems := array_to_string(ARRAY(
        SELECT stem FROM unnest(tsvector_to_array(to_tsvector(
            ('portal_' || NEW.language)::regconfig, translate(NEW.text, '-–—/', '    ')))) AS stem
        WHERE stem <> ALL ('{for,pa,som,til,till,av,at,of,to,the,a,an,i,in,and,og,och,as,med,u,za,na,od,s,sa,в,на,по,для,с,со,и,при,к}')
        ORDER BY stem COLLATE "C"), ' ');
    NEW.letters := translate(NEW.normalized, ' -–—/.,&''’+()', '');
    RETURN NEW;
END $$;
CREATE TRIGGER postings_title_keys BEFORE INSERT OR UPDATE OF language, text, normalized
    ON postings_titlealias FOR EACH ROW EXECUTE FUNCTION postings_title_keys();
UPDATE postings_titlealias SET text = text;
"""
NO_KEYS = "DROP TRIGGER postings_title_keys ON postings_titlealias; DROP FUNCTION postings_title_keys();"


class Migration(migrations.Migration):

    dependencies: ClassVar[list[tuple[str, str]]] = [
        ('postings', '0006_search_log'),
    ]

    operations: ClassVar[list[migrations.operations.base.Operation]] = [
        migrations.AddField(
            model_name='titlealias',
            name='stems',
            field=models.TextField(default='', editable=False),
        ),
        migrations.AddField(
            model_name='titlealias',
            name='letters',
            field=models.TextField(default='', editable=False),
        ),
        migrations.RunSQL(KEYS, NO_KEYS),
        migrations.AddIndex(
            model_name='titlealias',
            index=models.Index(fields=['stems'], name='title_stems'),
        ),
        migrations.AddIndex(
            model_name='titlealias',
            index=models.Index(fields=['letters'], name='title_letters'),
        ),
    ]
