"""The URL table: which area belongs to whom. Each area has one frame and one access rule (docs/permissions.md).

English pages have no prefix (``/jobs/``); the other languages do (``/nb/jobs/``), so every page has one
address per language and mails can link to the reader's own.
"""

from __future__ import annotations

from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.urls import URLPattern, URLResolver, include, path

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
]

urlpatterns += i18n_patterns(
    path("", include("postings.urls.public")),
    path("apply/", include("applicants.urls.apply")),
    path("status/", include("applicants.urls.status")),
    path("me/", include("applicants.urls.me")),
    path("desk/<slug:employer_slug>/postings/", include("postings.urls.desk")),
    path("desk/<slug:employer_slug>/", include("applicants.urls.desk")),
    path("curate/", include("postings.urls.curate")),
    prefix_default_language=False,
)

