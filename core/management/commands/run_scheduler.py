"""`manage.py run_scheduler`: run the periodic jobs in one process; others stand by."""

import signal
import threading
from datetime import UTC, datetime
from typing import Any

from apscheduler.schedulers.background import BackgroundScheduler
from django.conf import settings
from django.core.management.base import BaseCommand
from django.utils.module_loading import import_string

from core.jobs import heartbeat
from core.jobs.scheduler import Leader, build_leader_job


class Command(BaseCommand):
    """Run settings.SCHEDULED_JOBS until SIGTERM or SIGINT."""

    help = "Run the periodic jobs, such as the sweeper and the nightly check."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: stopped.set())
        leader = Leader()
        scheduler = BackgroundScheduler(
            timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1}
        )
        for job in settings.SCHEDULED_JOBS:
            run = build_leader_job(leader, import_string(job["run"]), job["run"])
            # Interval jobs run at once; cron jobs wait for their hour.
            start = {"next_run_time": datetime.now(UTC)} if job["trigger"] == "interval" else {}
            scheduler.add_job(run, job["trigger"], **job["when"], id=job["run"], **start)
        leader.renew()
        scheduler.start()
        while not stopped.is_set():
            leader.renew()
            stopped.wait(heartbeat.BEAT_INTERVAL)
        scheduler.shutdown(wait=True)
        leader.resign()
