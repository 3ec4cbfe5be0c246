"""A signed-in candidate's own rows."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "me"

urlpatterns: list[URLPattern] = []
