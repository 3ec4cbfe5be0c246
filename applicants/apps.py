from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "applicants"

    def ready(self) -> None:
        from applicants import receivers  # noqa: F401  (connects the signal handlers)
