"""Who hires: employers, their sites and hiring teams, and who keeps the library."""

from __future__ import annotations

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import OpClass
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower, Upper
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.codes import short_code
from postings.enums import Industry, LibraryRole, MemberRole
from postings.models.choices import a_language, only
from postings.models.place import Place


class Employer(models.Model):
    """A tenant. Everything that belongs to one carries its foreign key; nobody outside its team sees it."""

    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    slug = models.SlugField(max_length=60, unique=True)
    name = models.CharField(_("name"), max_length=120)
    industry = models.CharField(_("industry"), max_length=20, choices=Industry.choices, default=Industry.OTHER)
    country = models.CharField(_("country"), max_length=2, help_text=_("Where the employer is registered."))
    website = models.URLField(_("website"), max_length=200, blank=True)
    language = models.CharField(_("main language"), max_length=5, choices=settings.LANGUAGES, default="en")
    # {"en": "...", "nb": "..."}: short, plain text; shown in the reader's language, else in the main one.
    about = models.JSONField(_("about the employer"), default=dict, blank=True)
    response_promise_days = models.PositiveSmallIntegerField(_("response promise in working days"), default=5)
    rejection_undo_hours = models.PositiveSmallIntegerField(
        _("hours before a rejection is sent"), default=24, help_text=_("Until then a rejection can be undone and nobody was told. 0 to 72.")
    )
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            only("industry", Industry, name="employer_industry_known"),
            a_language("language", name="employer_language_known"),
            models.CheckConstraint(condition=Q(response_promise_days__range=(1, 60)), name="employer_promise_1_to_60"),
            models.CheckConstraint(condition=Q(rejection_undo_hours__lte=72), name="employer_undo_at_most_72"),
        ]
        # For ``name__istartswith``: asked with every letter that somebody types.
        indexes = [models.Index(OpClass(Upper("name"), name="text_pattern_ops"), name="employer_name_begins")]

    def __str__(self) -> str:
        return self.name

    def about_in(self, language: str) -> str:
        """The text about the employer in ``language``, else in its main one, else in English."""
        texts: dict[str, str] = self.about or {}
        return texts.get(language) or texts.get(self.language) or texts.get("en") or ""


class Site(models.Model):
    """One physical center."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="sites")
    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    name = models.CharField(_("name"), max_length=80)
    street = models.CharField(_("street address"), max_length=120, blank=True)
    postal_code = models.CharField(_("postal code"), max_length=16, blank=True)
    city = models.CharField(_("city"), max_length=80)
    region = models.CharField(_("region"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2)
    # Where city and country are on the map: found by ``postings.services.places``, empty for what no gazetteer knows.
    place = models.ForeignKey(Place, on_delete=models.SET_NULL, null=True, blank=True, related_name="sites", editable=False)
    time_zone = models.CharField(_("time zone"), max_length=60, default="UTC")
    is_active = models.BooleanField(_("in use"), default=True)

    class Meta:
        ordering = ("name", "id")
        constraints = [
            models.UniqueConstraint("employer", Lower("name"), name="site_name_once_per_employer"),
        ]

    def __str__(self) -> str:
        return f"{self.name}, {self.city}"


class Membership(models.Model):
    """A person's role in one hiring team."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="memberships")
    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="memberships")
    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    role = models.CharField(_("role"), max_length=20, choices=MemberRole.choices)
    wants_digest = models.BooleanField(_("hourly e-mail about new applications"), default=True)
    joined_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["employer", "user"], name="membership_once_per_employer"),
            only("role", MemberRole, name="membership_role_known"),
        ]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}, {self.employer}"


class Invitation(models.Model):
    """A single-use link to join a hiring team, bound to one address. Only the token's hash is stored."""

    employer = models.ForeignKey(Employer, on_delete=models.CASCADE, related_name="invitations")
    code = models.CharField(max_length=26, unique=True, default=short_code, editable=False)
    email = models.EmailField(_("e-mail address"))
    role = models.CharField(_("role"), max_length=20, choices=MemberRole.choices)
    token_hash = models.CharField(max_length=64, unique=True, editable=False)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(default=timezone.now, editable=False)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True, blank=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        ordering = ("-created_at", "id")
        constraints = [
            only("role", MemberRole, name="invitation_role_known"),
            models.UniqueConstraint(
                "employer",
                Lower("email"),
                condition=Q(accepted_at__isnull=True, revoked_at__isnull=True),
                name="invitation_once_while_pending",
            ),
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True) | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_by_someone",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.code} – {self.get_role_display()}"


class LibraryMember(models.Model):
    """A person who keeps the role library; ``languages`` bounds what a translator may write (empty: all)."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="library_membership")
    role = models.CharField(_("role"), max_length=20, choices=LibraryRole.choices, default=LibraryRole.CURATOR)
    languages = ArrayField(models.CharField(max_length=5), default=list, blank=True)

    class Meta:
        constraints = [only("role", LibraryRole, name="library_member_role_known")]

    def __str__(self) -> str:
        return f"{self.user} – {self.get_role_display()}"
