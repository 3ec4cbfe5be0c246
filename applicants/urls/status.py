"""Where an application stands, by private link."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "status"

urlpatterns: list[URLPattern] = []
