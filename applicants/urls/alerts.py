"""Job alerts, without an account."""

from __future__ import annotations

from django.urls import path

from applicants.views import alerts

app_name = "alerts"

urlpatterns = [
    path("", alerts.ask, name="ask"),
    path("confirm/<slug:token>/", alerts.confirm, name="confirm"),
    path("stop/<slug:token>/", alerts.stop, name="stop"),
    path("manage/<slug:token>/", alerts.manage, name="manage"),
]
