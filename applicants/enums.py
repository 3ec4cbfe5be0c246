"""The closed lists of applying and deciding."""

from __future__ import annotations

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Status(TextChoices):
    """Derived from the stage, never stored."""

    ACTIVE = "active", pgettext_lazy("application status", "Active")
    HIRED = "hired", pgettext_lazy("application status", "Hired")
    REJECTED = "rejected", pgettext_lazy("application status", "Rejected")
    WITHDRAWN = "withdrawn", pgettext_lazy("application status", "Withdrawn")


class Disposition(TextChoices):
    """Why an application ended. The first group is the employer's decision, the second the candidate's."""

    SHIFTS = "shifts", _("Shifts do not fit")
    LANGUAGE = "language", _("Language level")
    EXPERIENCE = "experience", _("Experience or skills")
    SCREENING = "screening", _("An answer to a screening question")
    INTERVIEW = "interview", _("Interview result")
    ASSESSMENT = "assessment", _("Assessment result")
    NO_REPLY = "no_reply", _("No reply from the candidate")
    NO_SHOW = "no_show", _("Did not come to the interview")
    FILLED = "filled", _("All seats are filled")
    CLOSED = "closed", _("The posting was closed")
    DUPLICATE = "duplicate", _("Applied more than once")
    OTHER_JOB = "other_job", _("Found other work")
    PAY = "pay", _("Pay")
    TIMES = "times", _("Working times")
    DISTANCE = "distance", _("Distance or remote work")
    CHANGED_MIND = "changed_mind", _("Changed their mind")
    NOT_SAID = "not_said", _("No reason given")

    @property
    def is_candidates(self) -> bool:
        """Whether it is the candidate who ended it."""
        return self in CANDIDATE_DISPOSITIONS


CANDIDATE_DISPOSITIONS = frozenset(
    {
        Disposition.OTHER_JOB,
        Disposition.PAY,
        Disposition.TIMES,
        Disposition.DISTANCE,
        Disposition.CHANGED_MIND,
        Disposition.NOT_SAID,
    }
)
EMPLOYER_DISPOSITIONS = tuple(item for item in Disposition if item not in CANDIDATE_DISPOSITIONS)


class Source(TextChoices):
    """How the candidate came to the posting."""

    PORTAL = "portal", pgettext_lazy("source", "This portal")
    EMPLOYER_PAGE = "employer_page", pgettext_lazy("source", "Employer’s page")
    SHARED_LINK = "shared_link", pgettext_lazy("source", "Shared link")
    JOB_BOARD = "job_board", pgettext_lazy("source", "Job board")
    REFERRAL = "referral", pgettext_lazy("source", "Referral")


class ActorKind(TextChoices):
    TEAM = "team", pgettext_lazy("actor", "Hiring team")
    CANDIDATE = "candidate", pgettext_lazy("actor", "Candidate")
    SYSTEM = "system", pgettext_lazy("actor", "System")


class DocumentKind(TextChoices):
    RESUME = "resume", _("Résumé")


class DocumentState(TextChoices):
    """``received`` waits for the text reader; ``read`` and ``unreadable`` say whether text was found."""

    RECEIVED = "received", pgettext_lazy("document", "Received")
    READ = "read", pgettext_lazy("document", "Text read")
    UNREADABLE = "unreadable", pgettext_lazy("document", "No text found")


class AlertFrequency(TextChoices):
    """How often at most a job alert writes."""

    DAILY = "daily", _("Every day")
    WEEKLY = "weekly", _("Every week")
