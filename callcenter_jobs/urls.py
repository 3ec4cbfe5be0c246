"""The URL table: which area belongs to whom. Each area has one frame and one access rule (docs/permissions.md).

English pages have no prefix (``/jobs/``); the other languages do (``/nb/jobs/``), so every page has one
address per language and mails can link to the reader's own.
"""

from __future__ import annotations

from allauth.account.decorators import secure_admin_login
from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.contrib import admin
from django.contrib.auth.decorators import login_not_required
from django.contrib.sitemaps import views as sitemaps
from django.urls import URLPattern, URLResolver, include, path

from callcenter_jobs import edge, health
from postings.sitemaps import SITEMAPS

# Operators sign in on the same page as everybody: its limits and its second step hold for them too.
admin.site.login = secure_admin_login(admin.site.login)  # type: ignore[method-assign]

# Also answers 503 when the database gave up.
handler500 = edge.server_error

urlpatterns: list[URLPattern | URLResolver] = [
    path("admin/", admin.site.urls),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("robots.txt", edge.robots_txt, name="robots"),
    path(
        "sitemap.xml",
        login_not_required(sitemaps.index),
        {"sitemaps": SITEMAPS, "sitemap_url_name": "sitemap_section"},
        name="sitemap",
    ),
    path("sitemap-<slug:section>.xml", login_not_required(sitemaps.sitemap), {"sitemaps": SITEMAPS}, name="sitemap_section"),
    path("api/v1/", include("postings.urls.api")),
    path(".well-known/security.txt", edge.security_txt, name="security_txt"),
    path(".well-known/change-password", edge.change_password, name="change_password"),
]

urlpatterns += i18n_patterns(
    path("", include("callcenter_jobs.ui.urls")),
    path("", include("postings.urls.public")),
    path("apply/", include("applicants.urls.apply")),
    path("status/", include("applicants.urls.status")),
    path("alerts/", include("applicants.urls.alerts")),
    path("me/", include("applicants.urls.me")),
    path("account/", include("callcenter_jobs.accounts.urls")),
    path("", include("postings.urls.team")),
    path("desk/<slug:employer_slug>/postings/", include("postings.urls.desk")),
    path("desk/<slug:employer_slug>/", include("applicants.urls.desk")),
    path("curate/", include("postings.urls.curate")),
    prefix_default_language=False,
)

if settings.LOCAL_MODE:
    urlpatterns += i18n_patterns(path("mailbox/", include("callcenter_jobs.local.urls")), prefix_default_language=False)
