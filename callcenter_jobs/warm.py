"""What every web process needs sooner or later, made once before the workers part: they share its memory, and no visitor waits.

Nothing here asks the database or starts a thread: neither survives a fork.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.conf import settings
from django.urls import reverse
from django.utils.module_loading import import_string
from django.utils.translation import gettext, override

from callcenter_jobs import lean
from callcenter_jobs.lib import dates, locale_names, money
from callcenter_jobs.ui import jinja
from postings.search import facet_words, places


def warm() -> None:
    import_string(settings.SEARCH_BACKEND)
    jinja.warm()
    for language, _name in settings.LANGUAGES:
        with override(language):
            # The URL table with all views, and the catalog.
            reverse("public:home")
            reverse("apply:start", args=["CODE"])
            gettext("Jobs")
        # What Babel knows of the language.
        dates.date_short(date(2026, 1, 5), language, today=date(2026, 1, 5))
        money.number(Decimal("1.5"), language)
        locale_names.countries(language)
    lean.share_routes()
    facet_words.known_words()
    places.country_codes("norway")
