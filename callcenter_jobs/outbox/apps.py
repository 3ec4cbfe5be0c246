from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OutboxConfig(AppConfig):
    name = "callcenter_jobs.outbox"
    label = "outbox"
    verbose_name = _("outgoing mail")

    def ready(self) -> None:
        from callcenter_jobs.outbox import checks  # noqa: F401  registers the checks
