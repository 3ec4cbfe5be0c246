"""What is offered and how it is hired for."""

from postings.models.employer import Employer, Invitation, LibraryMember, Membership, Site
from postings.models.facts import CareerMove, CareerStep, Certificate, InstructionClause, PayFigure
from postings.models.kit import BankVersion, InterviewKit, KitQuestion, Question, QuestionBank, QuestionText
from postings.models.place import Place, PlaceName
from postings.models.plan import InterviewPlan, Stage
from postings.models.posting import (
    PaySupplement,
    Posting,
    PostingEvent,
    PostingLanguage,
    PostingRevision,
    PostingText,
    StartClass,
)
from postings.models.role import LibraryLoad, Role, RoleTemplate, TemplateText, TemplateVersion, TitleAlias
from postings.models.screening import LibraryScreeningQuestion, ScreeningQuestion
from postings.models.search import SearchChange, SearchFloor, SearchGeneration, SearchPart, SearchWord
from postings.models.workshop import LibraryEvent, LibraryImport, MissedSearch, MissedTerm

__all__ = [
    "BankVersion",
    "CareerMove",
    "CareerStep",
    "Certificate",
    "Employer",
    "InstructionClause",
    "InterviewKit",
    "InterviewPlan",
    "Invitation",
    "KitQuestion",
    "LibraryEvent",
    "LibraryImport",
    "LibraryLoad",
    "LibraryMember",
    "LibraryScreeningQuestion",
    "Membership",
    "MissedSearch",
    "MissedTerm",
    "PayFigure",
    "PaySupplement",
    "Place",
    "PlaceName",
    "Posting",
    "PostingEvent",
    "PostingLanguage",
    "PostingRevision",
    "PostingText",
    "Question",
    "QuestionBank",
    "QuestionText",
    "Role",
    "RoleTemplate",
    "ScreeningQuestion",
    "SearchChange",
    "SearchFloor",
    "SearchGeneration",
    "SearchPart",
    "SearchWord",
    "Site",
    "Stage",
    "StartClass",
    "TemplateText",
    "TemplateVersion",
    "TitleAlias",
]
