"""A person who applies."""

from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from callcenter_jobs.lib.codes import long_code
from postings.models.choices import a_language


class Candidate(models.Model):
    """One person, known by a normalized e-mail address.

    A guest may type anybody's address, so applying never changes an existing candidate: what was typed
    stays with that one application, and only the owner of the verified address sees all of theirs.
    """

    code = models.CharField(max_length=26, unique=True, default=long_code, editable=False)
    email = models.EmailField(_("e-mail address"), unique=True)
    user = models.OneToOneField(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, blank=True, related_name="candidate")
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    created_at = models.DateTimeField(default=timezone.now, editable=False)

    class Meta:
        constraints = [
            a_language("language", name="candidate_language_known"),
            models.CheckConstraint(condition=models.Q(email=models.functions.Lower("email")), name="candidate_email_lower_case"),
        ]

    def __str__(self) -> str:
        return self.code
