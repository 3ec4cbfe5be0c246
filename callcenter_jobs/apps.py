from django.apps import AppConfig


class PortalConfig(AppConfig):
    """The composition root as an app: it brings the system checks of the whole installation."""

    name = "callcenter_jobs"
    label = "portal"

    def ready(self) -> None:
        from callcenter_jobs import checks  # noqa: F401 - registers the checks
