"""Version 1 of the public API."""

from __future__ import annotations

from django.urls import URLPattern, path

from postings.views import api

app_name = "api"

urlpatterns: list[URLPattern] = [
    path("", api.index, name="index"),
    path("postings/", api.posting_list, name="posting_list"),
    path("postings/<slug:code>/", api.posting, name="posting"),
]
