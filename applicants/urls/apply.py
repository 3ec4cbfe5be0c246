"""Applying, without an account."""

from __future__ import annotations

from django.urls import path

from applicants.views import apply

app_name = "apply"

urlpatterns = [
    path("<str:code>/", apply.start, name="start"),
    path("<str:code>/<str:key>/sent/", apply.sent, name="sent"),
    path("<str:code>/<str:key>/<slug:name>/", apply.screen, name="screen"),
]
