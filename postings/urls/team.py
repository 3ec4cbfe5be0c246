"""Hiring teams: who is in them, how one joins, what an employer says about itself.

Included before the other desk areas: ``desk/new/`` must not be taken for an employer's slug.
"""

from __future__ import annotations

from django.urls import path

from postings.views import employers, team

app_name = "team"

urlpatterns = [
    path("desk/", employers.chooser, name="chooser"),
    path("desk/new/", employers.create, name="create"),
    path("desk/<slug:employer_slug>/team/", team.members, name="members"),
    path("desk/<slug:employer_slug>/team/invite/", team.invite, name="invite"),
    path("desk/<slug:employer_slug>/team/invitations/<slug:code>/resend/", team.resend, name="resend"),
    path("desk/<slug:employer_slug>/team/invitations/<slug:code>/revoke/", team.revoke, name="revoke"),
    path("desk/<slug:employer_slug>/team/members/<slug:code>/", team.member, name="member"),
    path("desk/<slug:employer_slug>/team/members/<slug:code>/remove/", team.remove, name="remove"),
    path("desk/<slug:employer_slug>/team/settings/", employers.settings, name="settings"),
    path("desk/<slug:employer_slug>/team/sites/", employers.sites, name="sites"),
    path("desk/<slug:employer_slug>/team/sites/new/", employers.site_new, name="site_new"),
    path("desk/<slug:employer_slug>/team/sites/<slug:code>/", employers.site, name="site"),
    path("invitation/<slug:token>/", team.invitation, name="invitation"),
]
