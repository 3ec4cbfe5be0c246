"""The desk: home, pipeline boards and applications."""

from __future__ import annotations

from django.urls import URLPattern, path

from applicants.views import desk_application, desk_board, desk_bulk, desk_digest, desk_home, desk_moves, downloads

app_name = "hiring"

urlpatterns: list[URLPattern] = [
    path("", desk_home.home, name="home"),
    path("board/<slug:code>/", desk_board.board, name="board"),
    path("board/<slug:code>/bulk/", desk_bulk.preview, name="bulk"),
    path("board/<slug:code>/kits/<slug:stage>/", desk_board.kit, name="kit"),
    path("applications/", desk_home.applications, name="applications"),
    path("applications/<slug:code>/", desk_application.application, name="application"),
    path("applications/<slug:code>/move/", desk_moves.move, name="move"),
    path("applications/<slug:code>/reject/", desk_moves.reject, name="reject"),
    path("applications/<slug:code>/undo/", desk_moves.undo, name="undo"),
    path("applications/<slug:code>/notes/", desk_application.note, name="note"),
    path("applications/<slug:code>/mails/<slug:mail>/", desk_application.mail, name="mail"),
    path("applications/<slug:code>/mails/<slug:mail>/resend/", desk_application.resend, name="resend"),
    path("documents/<slug:code>/", downloads.document, name="document"),
    path("digest/", desk_digest.digest_switch, name="digest"),
    path("digest/<str:token>/", desk_digest.digest_off, name="digest_off"),
]
