"""Hiring teams: who is in them, how one joins, what an employer says about itself."""

from __future__ import annotations

from django.urls import URLPattern

app_name = "team"

urlpatterns: list[URLPattern] = []
