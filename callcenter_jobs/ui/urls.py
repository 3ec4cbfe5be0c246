"""The style guide and the switch between light and dark."""

from django.urls import path

from callcenter_jobs.ui import views

app_name = "ui"
urlpatterns = [
    path("styleguide/", views.styleguide, name="styleguide"),
    path("styleguide/frames/<slug:frame>/", views.styleguide_frame, name="styleguide_frame"),
    path("colors/", views.theme, name="theme"),
]
