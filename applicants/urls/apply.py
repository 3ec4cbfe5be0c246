"""Applying, without an account."""

from __future__ import annotations

from django.urls import path

from applicants.views import apply

app_name = "apply"

urlpatterns = [
    path("<slug:code>/", apply.start, name="start"),
    path("<slug:code>/<slug:key>/sent/", apply.sent, name="sent"),
    path("<slug:code>/<slug:key>/<slug:name>/", apply.screen, name="screen"),
]
