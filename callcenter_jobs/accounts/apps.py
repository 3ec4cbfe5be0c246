from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "callcenter_jobs.accounts"
    label = "accounts"

    def ready(self) -> None:
        from callcenter_jobs.accounts import receivers  # noqa: F401 - connects the signals
