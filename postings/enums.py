"""The closed lists of the trade. Each carries the groupings that belong to its meaning."""

from __future__ import annotations

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Tier(TextChoices):
    AGENT = "agent", _("Agent")
    TEAM_LEAD = "team_lead", _("Team lead")
    MANAGER = "manager", _("Manager")
    DIRECTOR = "director", _("Director")


class RoleFamily(TextChoices):
    SERVICE = "service", _("Customer service")
    SALES = "sales", _("Sales")
    SUPPORT = "support", _("Technical support")
    COLLECTIONS = "collections", _("Collections")
    QUALITY = "quality", _("Quality")
    WORKFORCE = "workforce", _("Workforce management")
    TRAINING = "training", _("Training and coaching")
    OPERATIONS = "operations", _("Operations")


class Direction(TextChoices):
    INBOUND = "inbound", _("Inbound")
    OUTBOUND = "outbound", _("Outbound")
    BLENDED = "blended", _("Blended")
    INTERNAL = "internal", _("Behind the lines")


class WorkType(TextChoices):
    CUSTOMER_SERVICE = "customer_service", _("Customer service")
    ORDER_TAKING = "order_taking", _("Order taking")
    TECHNICAL_SUPPORT = "technical_support", _("Technical support")
    COMPLAINTS = "complaints", _("Complaint resolution")
    DISPATCH = "dispatch", _("Taxi and dispatch")
    SALES = "sales", _("Sales")
    TELEMARKETING = "telemarketing", _("Telemarketing")
    MARKET_RESEARCH = "market_research", _("Market research")
    COLLECTIONS = "collections", _("Collections")
    APPOINTMENT_SETTING = "appointment_setting", _("Appointment setting")
    FUNDRAISING = "fundraising", _("Fundraising")
    QUALITY = "quality", _("Quality")
    WORKFORCE = "workforce", _("Workforce management")
    TRAINING = "training", _("Training and coaching")
    LEADERSHIP = "leadership", _("Leading people")


class Channel(TextChoices):
    VOICE = "voice", _("Phone")
    EMAIL = "email", _("E-mail")
    CHAT = "chat", _("Chat")
    SOCIAL = "social", _("Social media")
    SMS = "sms", _("SMS")
    POST = "post", _("Post")
    VIDEO = "video", _("Video")


class Industry(TextChoices):
    OUTSOURCER = "outsourcer", _("Outsourcing (BPO)")
    TELECOM = "telecom", _("Telecom")
    BANKING = "banking", _("Banking")
    INSURANCE = "insurance", _("Insurance")
    RETAIL = "retail", _("Retail")
    WHOLESALE = "wholesale", _("Wholesale")
    PROFESSIONAL = "professional", _("Professional services")
    TRAVEL = "travel", _("Travel")
    UTILITIES = "utilities", _("Utilities")
    PUBLIC = "public", _("Public sector")
    HEALTH = "health", _("Health")
    TRANSPORT = "transport", _("Taxi and delivery")
    OTHER = "other", pgettext_lazy("industry", "Other")


class ShiftBand(IntegerChoices):
    """A part of the day. The value is its place in ``postings.shifts.ShiftGrid``."""

    EARLY = 0, _("Early (06–10)")
    DAY = 1, _("Day (10–14)")
    AFTERNOON = 2, _("Afternoon (14–18)")
    EVENING = 3, _("Evening (18–22)")
    NIGHT = 4, _("Night (22–06)")


class Workplace(TextChoices):
    ON_SITE = "on_site", _("On site")
    HYBRID = "hybrid", _("Hybrid")
    REMOTE = "remote", _("Remote")


class EmploymentType(TextChoices):
    FULL_TIME = "full_time", _("Full time")
    PART_TIME = "part_time", _("Part time")
    TEMPORARY = "temporary", _("Temporary or seasonal")
    CONTRACTOR = "contractor", _("Contractor")


class PayBasis(TextChoices):
    HOUR = "hour", _("per hour")
    MONTH = "month", _("per month")
    YEAR = "year", _("per year")
    MINUTE = "minute", _("per minute on the phone")
    CALL = "call", _("per call")


class PayFrequency(TextChoices):
    WEEKLY = "weekly", _("Every week")
    BIWEEKLY = "biweekly", _("Every two weeks")
    TWICE_MONTHLY = "twice_monthly", _("Twice a month")
    MONTHLY = "monthly", _("Every month")


class SupplementKind(TextChoices):
    EVENING = "evening", _("Evening")
    NIGHT = "night", _("Night")
    WEEKEND = "weekend", _("Weekend")
    HOLIDAY = "holiday", _("Public holiday")
    LANGUAGE = "language", _("Extra language")
    OVERTIME = "overtime", _("Overtime")


class Education(TextChoices):
    NONE = "none", _("None needed")
    SECONDARY = "secondary", _("Secondary school")
    VOCATIONAL = "vocational", _("Vocational training")
    BACHELOR = "bachelor", _("Bachelor’s degree")
    MASTER = "master", _("Master’s degree")


class Benefit(TextChoices):
    HEALTH = "health", _("Health insurance")
    PENSION = "pension", _("Pension plan")
    PHONE = "phone", _("Phone plan")
    DISCOUNTS = "discounts", _("Discounts")
    MEALS = "meals", _("Meals")
    STUDY = "study", _("Study support")
    CAREER = "career", _("Career path")
    TRANSPORT = "transport", _("Transport to work")
    EQUIPMENT = "equipment", _("Equipment provided")
    SHIFT_CHOICE = "shift_choice", _("A say in the shift plan")


class LanguageLevel(TextChoices):
    """Levels of the Common European Framework of Reference for Languages (Council of Europe)."""

    A1 = "A1", "A1"
    A2 = "A2", "A2"
    B1 = "B1", "B1"
    B2 = "B2", "B2"
    C1 = "C1", "C1"
    C2 = "C2", "C2"

    @classmethod
    def at_least(cls, level: str) -> list[str]:
        """The levels that satisfy a demand for ``level``."""
        order = list(cls.values)
        return order[order.index(level) :]


class PostingState(TextChoices):
    DRAFT = "draft", pgettext_lazy("posting state", "Draft")
    OPEN = "open", pgettext_lazy("posting state", "Open")
    PAUSED = "paused", pgettext_lazy("posting state", "Paused")
    CLOSED = "closed", pgettext_lazy("posting state", "Closed")


class VersionState(TextChoices):
    """Where a version of curated text is. ``in_review`` waits for a second pair of eyes."""

    DRAFT = "draft", pgettext_lazy("version state", "Draft")
    IN_REVIEW = "in_review", pgettext_lazy("version state", "In review")
    PUBLISHED = "published", pgettext_lazy("version state", "Published")
    RETIRED = "retired", pgettext_lazy("version state", "Retired")


class StageKind(TextChoices):
    APPLIED = "applied", pgettext_lazy("stage", "New")
    SCREENING = "screening", pgettext_lazy("stage", "Phone screen")
    ASSESSMENT = "assessment", pgettext_lazy("stage", "Assessment")
    INTERVIEW = "interview", pgettext_lazy("stage", "Interview")
    OFFER = "offer", pgettext_lazy("stage", "Offer")
    HIRED = "hired", pgettext_lazy("stage", "Hired")
    REJECTED = "rejected", pgettext_lazy("stage", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("stage", "Withdrawn")

    @property
    def is_terminal(self) -> bool:
        return self in TERMINAL_KINDS


TERMINAL_KINDS = frozenset({StageKind.HIRED, StageKind.REJECTED, StageKind.WITHDRAWN})


class QuestionCategory(TextChoices):
    MOTIVATION = "motivation", _("Motivation")
    PEOPLE = "people", _("Dealing with people")
    SITUATIONS = "situations", _("Handling situations")
    SKILLS = "skills", _("Skills and tools")
    COACHING = "coaching", _("Coaching")
    PLANNING = "planning", _("Planning")
    DATA = "data", _("Data")
    STRATEGY = "strategy", _("Strategy")
    QUALITY = "quality", _("Quality")


class ScreeningKind(TextChoices):
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One of several")
    NUMBER = "number", _("A number")
    TEXT = "text", _("A short text")


class MemberRole(TextChoices):
    OWNER = "owner", _("Owner")
    RECRUITER = "recruiter", _("Recruiter")
    HIRING_MANAGER = "hiring_manager", _("Hiring manager")
    INTERVIEWER = "interviewer", _("Interviewer")


class LibraryRole(TextChoices):
    CURATOR = "curator", _("Curator")
    REVIEWER = "reviewer", _("Reviewer")
    TRANSLATOR = "translator", _("Translator")


class PayPeriod(TextChoices):
    MINUTE = "minute", _("per minute on the phone")
    HOUR = "hour", _("per hour")
    MONTH = "month", _("per month")
    YEAR = "year", _("per year")


class PayMeasure(TextChoices):
    """What a published figure is: a quoted range has its two ends as figures of their own."""

    MEDIAN = "median", _("Median")
    MEAN = "mean", _("Average")
    P10 = "p10", _("Lowest tenth earns less than")
    P90 = "p90", _("Highest tenth earns more than")
    LOW = "low", _("Quoted range, from")
    HIGH = "high", _("Quoted range, to")


class MoveKind(TextChoices):
    UP = "up", _("Up")
    SIDEWAYS = "sideways", _("Sideways")


class ClauseSection(TextChoices):
    """The parts of a job instruction that are not taken from the template, in the order of the document."""

    GENERAL = "general", _("General provisions")
    MUST_KNOW = "must_know", _("Must know")
    DUTIES = "duties", _("Duties")
    RIGHTS = "rights", _("Rights")
    LIABILITY = "liability", _("Liability")


class LibraryArea(TextChoices):
    TEMPLATE = "template", _("Template")
    TITLE = "title", _("Title")
    BANK = "bank", _("Question bank")
    KIT = "kit", _("Interview kit")
    PLAN = "plan", _("Interview plan")
    SCREENING = "screening", _("Screening question")
    PAY = "pay", _("Pay figure")
    CAREER = "career", _("Career")
    CLAUSE = "clause", _("Job instruction")
    IMPORT = "import", _("Import")
    MEMBER = "member", _("Curators")


class LibraryAction(TextChoices):
    CREATED = "created", _("Created")
    CHANGED = "changed", _("Changed")
    SUBMITTED = "submitted", _("Sent to review")
    RETURNED = "returned", _("Sent back")
    PUBLISHED = "published", _("Published")
    RESTORED = "restored", _("Restored")
    RETIRED = "retired", _("Retired")
    REVIVED = "revived", _("Taken into use again")
    REMOVED = "removed", _("Removed")
    PREFERRED = "preferred", _("Preferred")
    IMPORTED = "imported", _("Imported")


class ImportKind(TextChoices):
    YAML = "yaml", _("Library files (YAML)")
    TITLES = "titles", _("Titles (CSV)")
    PAY = "pay", _("Pay figures (CSV)")
    QUESTIONS = "questions", _("Questions (CSV)")
    SHIPPED = "shipped", _("Library that comes with the portal")


class ImportState(TextChoices):
    PROPOSED = "proposed", _("Not applied yet")
    APPLIED = "applied", _("Applied")
    DROPPED = "dropped", _("Dropped")


class TermDecision(TextChoices):
    ADDED = "added", _("Added as a title")
    IGNORED = "ignored", _("Set aside")


class PlaceKind(TextChoices):
    CITY = "city", _("City")
    REGION = "region", _("Region")
