"""``/account/``: our two pages, and allauth's behind them."""

from __future__ import annotations

from django.urls import include, path

from callcenter_jobs.accounts import views

own = (
    [
        path("", views.profile, name="profile"),
        path("welcome/", views.after_login, name="after_login"),
    ],
    "accounts",
)

urlpatterns = [
    path("", include(own)),
    path("", include("allauth.urls")),
]
