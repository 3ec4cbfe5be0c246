from django.apps import AppConfig


class ApplicantsConfig(AppConfig):
    name = "applicants"

    def ready(self) -> None:
        from applicants import mails, receivers, welcome  # noqa: F401  (connects the signal handlers)

        mails.register_all()
        welcome.register()
