"""The curators' workshop."""

from __future__ import annotations

from django.urls import path

from postings.views import (
    curate_banks,
    curate_home,
    curate_people,
    curate_template_editor,
    curate_template_review,
    curate_templates,
    curate_titles,
)

app_name = "curate"

urlpatterns = [
    path("", curate_home.home, name="home"),
    path("people/", curate_people.people, name="people"),
    path("people/<int:pk>/", curate_people.person, name="person"),
    path("people/<int:pk>/remove/", curate_people.person_remove, name="person_remove"),
    path("templates/", curate_templates.template_list, name="template_list"),
    path("templates/<slug:key>/", curate_templates.template, name="template"),
    path("templates/<slug:key>/start/", curate_template_review.start, name="template_start"),
    path("templates/<slug:key>/submit/", curate_template_review.submit, name="template_submit"),
    path("templates/<slug:key>/review/", curate_template_review.review, name="template_review"),
    path("templates/<slug:key>/publish/", curate_template_review.publish, name="template_publish"),
    path("templates/<slug:key>/send-back/", curate_template_review.send_back, name="template_send_back"),
    path("templates/<slug:key>/take-back/", curate_template_review.take_back, name="template_take_back"),
    path("templates/<slug:key>/drop/", curate_template_review.drop, name="template_drop"),
    path("templates/<slug:key>/retire/", curate_templates.retire, name="template_retire"),
    path("templates/<slug:key>/revive/", curate_templates.revive, name="template_revive"),
    path("templates/<slug:key>/compare/", curate_templates.compare, name="template_compare"),
    path("templates/<slug:key>/versions/<int:number>/", curate_templates.version, name="template_version"),
    path("templates/<slug:key>/versions/<int:number>/restore/", curate_templates.restore, name="template_restore"),
    path("templates/<slug:key>/<slug:language>/", curate_template_editor.text, name="template_text"),
    path("templates/<slug:key>/<slug:language>/preview/", curate_template_editor.preview, name="template_preview"),
    path("titles/", curate_titles.title_list, name="title_list"),
    path("titles/missed/", curate_titles.missed, name="missed"),
    path("titles/missed/decide/", curate_titles.missed_decide, name="missed_decide"),
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
