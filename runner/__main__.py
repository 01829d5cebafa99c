"""`python -m runner`: check, then start every part and keep it running until a signal comes.

Exit status: 0 after a requested stop, 1 when the start failed, 2 when it was refused.
"""

import asyncio
import signal
import sys

from runner import preflight
from runner.parts import build_plan
from runner.plan import Plan
from runner.supervision import guardian
from runner.supervision.output import Output
from runner.supervision.supervisor import Supervisor

EXIT_REFUSED = 2


def main() -> int:
    """Run the installation; returns the exit status."""
    # Until something has been started, an interrupt simply ends us.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    try:
        lock = preflight.lock_data_dir()
        configuration = preflight.load_configuration()
        everything = build_plan(configuration)
    except (preflight.StartRefused, FileNotFoundError) as refusal:
        print(refusal, file=sys.stderr)  # noqa: T201 - the error line for the user
        return EXIT_REFUSED
    with lock:  # the supervisor inherits it: the folder stays ours until both processes are gone
        return guardian.run_guarded(lambda: run_supervisor(everything, configuration.environment()))


def run_supervisor(everything: Plan, environment: dict[str, str]) -> int:
    """Start the parts and keep them running; returns the exit status."""
    return asyncio.run(Supervisor(everything, environment, Output(sys.stdout)).run())


if __name__ == "__main__":
    sys.exit(main())
