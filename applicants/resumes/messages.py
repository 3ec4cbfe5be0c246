"""What the sender of a refused file reads: what is wrong and what to do."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from applicants.resumes import Refusal

MESSAGES: dict[Refusal, Promise] = {
    Refusal.EMPTY: _("This file is empty. Choose another one."),
    Refusal.TOO_LARGE: _("This file is larger than 5 MB. Choose a smaller one."),
    Refusal.WRONG_SUFFIX: _("Choose a PDF, DOCX or ODT file. Its name ends in .pdf, .docx or .odt and has no other ending before that."),
    Refusal.WRONG_CONTENT: _("The content of this file is not what its name says. Save your résumé as PDF and choose that file."),
    Refusal.OLD_WORD: _("This is an old or password-protected Word file. Save your résumé as PDF and choose that file."),
    Refusal.TWO_FORMATS: _("This file holds a second file inside it. Save your résumé as PDF once more and choose that file."),
    Refusal.DAMAGED: _("This file is damaged and cannot be opened. Save your résumé as PDF once more and choose that file."),
    Refusal.ENCRYPTED: _("This file is protected by a password. Save it without a password and choose it again."),
    Refusal.SCRIPTS: _("This file contains macros, scripts or actions. Save your résumé as a plain PDF and choose that file."),
    Refusal.ATTACHMENTS: _("This file has other files attached. Save your résumé as a plain PDF and choose that file."),
    Refusal.OUTSIDE_PARTS: _(
        "This file loads parts from elsewhere, such as a template or a linked picture. Save your résumé as PDF and choose that file."
    ),
    Refusal.TOO_COMPLEX: _("This file takes too long to check. Save your résumé as a simple PDF and choose that file."),
}
