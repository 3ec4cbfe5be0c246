"""A hiring team's postings."""

from __future__ import annotations

from django.urls import path

from postings.views import desk_actions, desk_coach, desk_edit, desk_new, desk_postings, desk_questions, desk_template, instructions

app_name = "desk"

urlpatterns = [
    path("", desk_postings.posting_list, name="posting_list"),
    path("new/", desk_new.posting_new, name="posting_new"),
    path("<slug:code>/", desk_postings.posting, name="posting"),
    path("<slug:code>/edit/<slug:step>/", desk_edit.posting_step, name="posting_step"),
    path("<slug:code>/text/<slug:language>/", desk_edit.posting_text, name="posting_text"),
    path("<slug:code>/text/<slug:language>/remove/", desk_edit.posting_text_remove, name="posting_text_remove"),
    path("<slug:code>/coach/<slug:language>/", desk_coach.posting_coach, name="posting_coach"),
    path("<slug:code>/coach/<slug:language>/mend/", desk_coach.posting_coach_mend, name="posting_coach_mend"),
    path("<slug:code>/questions/new/<slug:kind>/", desk_questions.question_new, name="question_new"),
    path("<slug:code>/questions/<int:place>/", desk_questions.question, name="question"),
    path("<slug:code>/review/", desk_edit.posting_review, name="posting_review"),
    path("<slug:code>/preview/", desk_edit.posting_preview, name="posting_preview"),
    path("<slug:code>/template/", desk_template.posting_template, name="posting_template"),
    path("<slug:code>/instruction/", instructions.posting_instruction, name="instruction"),
    path("<slug:code>/instruction.pdf", instructions.posting_instruction_pdf, name="instruction_pdf"),
    path("<slug:code>/revisions/<int:number>/", desk_postings.revision, name="revision"),
    path("<slug:code>/publish/", desk_actions.posting_action, {"action": "publish"}, name="posting_publish"),
    path("<slug:code>/pause/", desk_actions.posting_action, {"action": "pause"}, name="posting_pause"),
    path("<slug:code>/resume/", desk_actions.posting_action, {"action": "resume"}, name="posting_resume"),
    path("<slug:code>/close/", desk_actions.posting_action, {"action": "close"}, name="posting_close"),
    path("<slug:code>/reopen/", desk_actions.posting_action, {"action": "reopen"}, name="posting_reopen"),
    path("<slug:code>/duplicate/", desk_actions.posting_duplicate, name="posting_duplicate"),
]
