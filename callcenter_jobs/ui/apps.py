from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "callcenter_jobs.ui"
    label = "ui"
