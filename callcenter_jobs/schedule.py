"""When the periodic tasks run. Plain data, read by the settings."""

from __future__ import annotations

from typing import Any

from celery.schedules import crontab

# Every periodic task expires, so an outage of the workers leaves no backlog of them.
BEAT_SCHEDULE: dict[str, dict[str, Any]] = {
    "outbox-sweep": {"task": "outbox.sweep", "schedule": 5.0, "options": {"expires": 10}},
    "outbox-heartbeat": {"task": "outbox.heartbeat", "schedule": 60.0, "options": {"expires": 55}},
    "postings-close-overdue": {"task": "postings.close_overdue", "schedule": 600.0, "options": {"expires": 590}},
    "postings-refresh-search": {"task": "postings.refresh_search", "schedule": 60.0, "options": {"expires": 50}},
    "postings-forget-missed-searches": {"task": "postings.forget_missed_searches", "schedule": 86_400.0, "options": {"expires": 3600}},
    "applicants-read-documents": {"task": "applicants.read_documents", "schedule": 15.0, "options": {"expires": 14}},
    "applicants-end-left-over": {"task": "applicants.end_left_over", "schedule": 15.0, "options": {"expires": 14}},
    "applicants-delete-expired-drafts": {"task": "applicants.delete_expired_drafts", "schedule": 3600.0, "options": {"expires": 3000}},
    # By the clock and not by an interval: a beat that is restarted often must still send it.
    "applicants-new-applications-digest": {
        "task": "applicants.new_applications_digest",
        "schedule": crontab(minute="7"),
        "options": {"expires": 3000},
    },
    "applicants-send-alerts": {"task": "applicants.send_alerts", "schedule": crontab(minute="17"), "options": {"expires": 3000}},
    "applicants-clear-alerts": {
        "task": "applicants.clear_alerts",
        "schedule": crontab(minute="40", hour="3"),
        "options": {"expires": 3000},
    },
}
