"""The parts `make run` starts. Their stop times add up to less than the promised 20 seconds."""

import sys
from functools import partial
from pathlib import Path

from runner import embedded_redis, health
from runner.configuration import Configuration
from runner.plan import Part, Plan, Step
from runner.summary import format_start_summary

MANAGE = [sys.executable, "manage.py"]
# Requests being answered may end; event streams never do by themselves.
WEB_GRACE = 2  # seconds
# A send that has just begun may take the provider's 10 s, and then its outcome is recorded.
WORKER_GRACE = 12.0  # seconds from when a worker notices the stop, which takes it up to 1 s


def build_plan(configuration: Configuration) -> Plan:
    """Build the plan of everything this installation runs."""
    data_dir, socket = Path(configuration.data_dir), Path(configuration.redis_socket)
    return Plan(
        redis=embedded_redis.build_redis_part(data_dir, socket)
        if configuration.redis_embedded
        else None,
        redis_problem=partial(embedded_redis.find_redis_problem, socket),
        steps=build_steps(configuration),
        ranks=[
            [build_web_part(configuration)],
            [build_scheduler_part()],
            build_worker_parts(configuration),
        ],
        health_problem=partial(health.find_health_problem, configuration.host, configuration.port),
        summary=partial(format_start_summary, configuration),
    )


def build_steps(configuration: Configuration) -> list[Step]:
    """Build the steps that run once before the parts start, in this order."""
    found = [
        build_step("migrate", "Bringing the database up to date", "--noinput", "--verbosity", "0")
    ]
    if not configuration.debug:
        options = ("--noinput", "--verbosity", "0")
        found.append(build_step("collectstatic", "Collecting the static files", *options))
    if configuration.demo:
        found.append(build_step("seed_demo", "Setting up the demo salons", "--summary"))
    return found


def build_step(command: str, doing: str, *options: str) -> Step:
    """Build a step from a management command."""
    more = f'make manage ARGS="{command}" shows more'
    return Step(command, doing, [*MANAGE, command, *options], to_see_more=more)


def build_web_part(configuration: Configuration) -> Part:
    """Build the web server."""
    host = f"[{configuration.host}]" if ":" in configuration.host else configuration.host
    options = {
        "worker-class": "uvicorn_worker.UvicornWorker",
        "bind": f"{host}:{configuration.port}",
        "workers": str(configuration.web_workers),
        "graceful-timeout": str(WEB_GRACE),
        "log-level": "warning",
    }
    if configuration.public_url.startswith("http://"):
        # Without a proxy no client may claim another address.
        options["forwarded-allow-ips"] = ""
    words = [word for name, value in options.items() for word in (f"--{name}", value)]
    # The control socket would be shared by every gunicorn of this user.
    command = [sys.executable, "-m", "gunicorn", *words, "--no-control-socket"]
    return Part("web", [*command, "booking_api.asgi:application"], stop_within=WEB_GRACE + 1)


def build_scheduler_part() -> Part:
    """Build the scheduler; its next run makes up for a job that was cut short."""
    return Part("scheduler", [*MANAGE, "run_scheduler"], stop_within=1.5)


def build_worker_parts(configuration: Configuration) -> list[Part]:
    """Build Dramatiq workers of one process each, so that one death stops no other."""
    command = [*MANAGE, "rundramatiq", "--processes", "1"]
    command += ["--threads", str(configuration.worker_threads), "--skip-logging"]
    command += ["--worker-shutdown-timeout", str(int(WORKER_GRACE * 1000))]
    return [
        Part(f"worker-{number}", command, stop_within=WORKER_GRACE + 1.5, fails_with_child=True)
        for number in range(1, configuration.worker_processes + 1)
    ]
