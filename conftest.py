"""Fixtures that every app's tests share. The servers come from ``callcenter_jobs.local.pytest_servers``."""
