"""Strings are found, kept, checked and compiled without GNU gettext."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message

from callcenter_jobs.ui import catalogs


def strings_of(tmp_path: Path, source: str, monkeypatch: pytest.MonkeyPatch, settings: object) -> list[catalogs.Found]:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    folder = tmp_path / "templates"
    folder.mkdir()
    (folder / "page.html").write_text(source, encoding="utf-8")
    return list(catalogs.collect())


def test_template_strings_of_every_form_are_found(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: object) -> None:
    source = """
    <p>   {% translate "Send application" %}</p>
      {% blocktranslate trimmed with name=person.name %}
         Hello {{ name }},
         welcome
      {% endblocktranslate %}
    {% blocktranslate count n=seats %}one seat{% plural %}{{ n }} seats{% endblocktranslate %}
      {% translate "Open" context "posting state" %}
    {{ _("Close")|upper }}
    """
    found = {(item.msgid, item.context) for item in strings_of(tmp_path, source, monkeypatch, settings)}
    assert found == {
        ("Send application", None),
        ("Hello %(name)s, welcome", None),
        (("one seat", "%(n)s seats"), None),
        ("Open", "posting state"),
        ("Close", None),
    }


def test_strings_of_the_second_engine_are_found_and_must_be_plain(tmp_path: Path, settings: object) -> None:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    page = tmp_path / "templates" / "jinja" / "_card.html"
    page.parent.mkdir(parents=True)
    page.write_text("""{% if x %}<p title="{{ _("Jobs") }}">{{ _('Newest "jobs"')|upper }}{% endif %}{{ chip(_("Pay"), href) }}""")
    assert {(item.msgid, item.place) for item in catalogs.collect()} == {
        (word, "templates/jinja/_card.html") for word in ("Jobs", 'Newest "jobs"', "Pay")
    }
    page.write_text("{{ _(label) }}")
    with pytest.raises(ValueError, match="plain string"):
        list(catalogs.collect())


def broken(msgid: str | tuple[str, str], *strings: str, fuzzy: bool = False) -> list[str]:
    message = Message(msgid, string=strings[0] if isinstance(msgid, str) else strings, flags={"fuzzy"} if fuzzy else ())
    return list(catalogs._message_problems(message, 3))


def test_what_makes_a_translation_unsound() -> None:
    assert broken("Hello %(name)s", "Zdravo %(name)s") == []
    assert broken("Hello %(name)s", "Zdravo %(ime)s")[0].startswith("placeholders differ")
    assert broken("Hello", "")[0].startswith("not translated")
    assert broken("Hello", "Zdravo", fuzzy=True) == ["fuzzy: 'Hello'"]
    assert broken("<b>Hello</b>", "Zdravo") == ["markup differs: '<b>Hello</b>'"]
    assert broken(" Hello", "Zdravo") == ["blanks at an end differ: ' Hello'"]
    assert broken(("one seat", "%(n)s seats"), "jedno mjesto", "%(n)s mjesta", "%(n)s mjesta") == []
    assert broken(("one seat", "%(n)s seats"), "jedno mjesto", "%(n)s mjesta", "")[0].startswith("not translated")


def test_compiled_catalogs_answer_with_the_right_plural(tmp_path: Path, settings: object) -> None:
    settings.BASE_DIR = tmp_path  # type: ignore[attr-defined]
    catalog = Catalog(locale="hr", domain="django")
    catalog.add(("%(n)s zebra", "%(n)s zebras"), string=("%(n)s zebra", "%(n)s zebre", "%(n)s zebri"))
    catalog.add("A zebra", string="Zebra")
    path = catalogs.po_file("hr")
    path.parent.mkdir(parents=True)
    from babel.messages.pofile import write_po

    with path.open("wb") as file:
        write_po(file, catalog)
    assert catalogs.compile_all() == [path.with_suffix(".mo")]
    assert catalogs.compile_all() == []
    import gettext as stdlib_gettext

    compiled = stdlib_gettext.translation("django", tmp_path / "locale", ["hr"])
    assert compiled.gettext("A zebra") == "Zebra"
    assert [compiled.ngettext("%(n)s zebra", "%(n)s zebras", n).split()[1] for n in (1, 2, 5, 21, 22)] == [
        "zebra",
        "zebre",
        "zebri",
        "zebra",
        "zebre",
    ]


@pytest.mark.parametrize("language", catalogs.languages())
def test_every_visible_string_is_translated(language: str) -> None:
    assert catalogs.problems(language) == []
