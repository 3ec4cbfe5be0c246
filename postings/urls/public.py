"""Pages anyone may read."""

from __future__ import annotations

from django.urls import URLPattern, path, re_path

from callcenter_jobs.lib.codes import ALPHABET
from postings.views import (
    instructions,
    my_week,
    places,
    public_employers,
    public_feeds,
    public_jobs,
    public_library,
    public_posting,
    public_practice,
    public_salaries,
)

app_name = "public"

urlpatterns: list[URLPattern] = [
    path("", public_jobs.home, name="home"),
    path("jobs/", public_jobs.job_list, name="job_list"),
    path("jobs/suggest/places/", places.suggest_places, name="suggest_places"),
    path("jobs/suggest/titles/", places.suggest_titles, name="suggest_titles"),
    path("jobs/my-week/", my_week.my_week, name="my_week"),
    path("feeds/jobs.atom", public_feeds.jobs, name="job_feed"),
    # The words before the code are for people; the code alone finds the posting.
    re_path(rf"^jobs/(?P<slug>[^/]{{1,400}})-(?P<code>[{ALPHABET}]{{10,26}})/$", public_posting.posting, name="posting"),
    path("employers/", public_employers.employer_list, name="employer_list"),
    path("employers/<slug:slug>/", public_employers.employer, name="employer"),
    path("roles/", public_library.role_list, name="role_list"),
    path("roles/<slug:key>/job-instruction/", instructions.role_instruction, name="instruction"),
    path("roles/<slug:key>/job-instruction.pdf", instructions.role_instruction_pdf, name="instruction_pdf"),
    path("roles/<slug:key>/", public_library.role, name="role"),
    path("interview-questions/", public_practice.practice, name="practice"),
    path("salaries/", public_salaries.salaries, name="salaries"),
]
