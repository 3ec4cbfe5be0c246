from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "callcenter_jobs.accounts"
    label = "accounts"
