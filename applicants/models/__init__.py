"""The people and the event: candidates, applications and what happened to them."""

from applicants.models.alert import JobAlert
from applicants.models.application import (
    Answer,
    Application,
    ApplicationLanguage,
    Correction,
    Note,
    StageChange,
)
from applicants.models.candidate import Candidate
from applicants.models.document import Document, DocumentBlob
from applicants.models.draft import ApplicationDraft

__all__ = [
    "Answer",
    "Application",
    "ApplicationDraft",
    "ApplicationLanguage",
    "Candidate",
    "Correction",
    "Document",
    "DocumentBlob",
    "JobAlert",
    "Note",
    "StageChange",
]
