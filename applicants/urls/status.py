"""Where an application stands, by private link."""

from __future__ import annotations

from django.urls import path

from applicants.views import status

app_name = "status"

urlpatterns = [
    path("<slug:token>/", status.detail, name="detail"),
    path("<slug:token>/correct/", status.correct, name="correct"),
    path("<slug:token>/withdraw/", status.withdraw, name="withdraw"),
]
