"""The curators' workshop."""

from __future__ import annotations

from django.urls import path

from postings.views import curate_banks, curate_home, curate_templates, curate_titles

app_name = "curate"

urlpatterns = [
    path("", curate_home.home, name="home"),
    path("templates/", curate_templates.template_list, name="template_list"),
    path("templates/<slug:key>/", curate_templates.template, name="template"),
    path("templates/<slug:key>/start/", curate_templates.start, name="template_start"),
    path("templates/<slug:key>/publish/", curate_templates.publish, name="template_publish"),
    path("templates/<slug:key>/drop/", curate_templates.drop, name="template_drop"),
    path("templates/<slug:key>/versions/<int:number>/", curate_templates.version, name="template_version"),
    path("templates/<slug:key>/<slug:language>/", curate_templates.text, name="template_text"),
    path("titles/", curate_titles.title_list, name="title_list"),
    path("titles/<slug:key>/<slug:language>/", curate_titles.titles, name="titles"),
    path("titles/<slug:key>/<slug:language>/<int:pk>/remove/", curate_titles.remove, name="title_remove"),
    path("titles/<slug:key>/<slug:language>/<int:pk>/prefer/", curate_titles.prefer, name="title_prefer"),
    path("questions/", curate_banks.bank_list, name="bank_list"),
    path("questions/<slug:key>/", curate_banks.bank, name="bank"),
    path("questions/<slug:key>/start/", curate_banks.start, name="bank_start"),
    path("questions/<slug:key>/publish/", curate_banks.publish, name="bank_publish"),
    path("questions/<slug:key>/drop/", curate_banks.drop, name="bank_drop"),
    path("questions/<slug:key>/add/", curate_banks.add, name="question_add"),
    path("questions/<slug:key>/<slug:question_key>/move/", curate_banks.move, name="question_move"),
    path("questions/<slug:key>/<slug:question_key>/remove/", curate_banks.remove, name="question_remove"),
    path("questions/<slug:key>/<slug:question_key>/<slug:language>/", curate_banks.question, name="question"),
]
