"""A signed-in candidate's own rows."""

from __future__ import annotations

from django.urls import path

from applicants.views import me

app_name = "me"

urlpatterns = [path("", me.home, name="home")]
