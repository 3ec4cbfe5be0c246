"""When something happens, in the words of the desk: ``tomorrow at 14:05``."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from callcenter_jobs.lib import dates


def moment(value: datetime) -> str:
    """A moment near now, in the active language and time zone: today and tomorrow by name, else weekday and date."""
    language = get_language() or "en"
    local, today = timezone.localtime(value), timezone.localdate()
    names = {"time": dates.clock(local, language), "day": dates.weekday_date(local, language, today=today)}
    if local.date() == today:
        return _("today at %(time)s") % names
    if local.date() == today + timedelta(days=1):
        return _("tomorrow at %(time)s") % names
    return _("%(day)s at %(time)s") % names
