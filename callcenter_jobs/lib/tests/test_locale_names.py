from __future__ import annotations

from babel import Locale

from callcenter_jobs.lib import locale_names


def test_every_iso_country_has_a_name_in_every_language() -> None:
    assert len(locale_names.ISO_3166_1) == 249
    for language in ("en", "nb", "sv", "hr", "ru"):
        names = Locale.parse(language).territories
        assert [code for code in sorted(locale_names.ISO_3166_1) if code not in names] == []


def test_current_names_are_used() -> None:
    assert locale_names.country_name("MK", "hr") == "Sjeverna Makedonija"
    assert locale_names.language_name("hr", "nb") == "kroatisk"
    assert locale_names.language_name("hr", "nb", own=True) == "hrvatski"
    assert locale_names.currency_name("NOK", "sv") == "norsk krona"


def test_regions_and_nonsense_are_no_countries() -> None:
    assert locale_names.country_name("EU", "en") == "EU"
    assert locale_names.country_name("<b>", "en") == "<b>"
    assert locale_names.language_name("??", "en") == "??"
    assert locale_names.language_name("??", "en", own=True) == "??"


def test_list_of_countries_is_sorted_by_the_language() -> None:
    norwegian = [name for _code, name in locale_names.countries("nb")]
    assert norwegian[-2:] == ["Østerrike", "Åland"]
    assert len(norwegian) == 249
