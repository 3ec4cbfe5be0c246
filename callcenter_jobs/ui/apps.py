from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "callcenter_jobs.ui"
    label = "ui"

    def ready(self) -> None:
        from callcenter_jobs.ui import kept

        kept.decide()
