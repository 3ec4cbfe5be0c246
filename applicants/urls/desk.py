"""The desk: home, pipeline boards and applications."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "hiring"

urlpatterns: list[URLPattern] = []
