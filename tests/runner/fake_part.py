"""A part for the supervisor's tests: leaves a child in its group and writes down what happens.

python -m tests.runner.fake_part <folder> <name> [stubborn] [escapee] [noisy] [brief]
"""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

SLEEP = [sys.executable, "-c", "import time; time.sleep(600)"]


def main() -> None:
    folder, name, *traits = sys.argv[1:]
    diary = Path(folder) / "diary"
    child = subprocess.Popen(SLEEP)

    def stop(*_: object) -> None:
        write_event(diary, f"{name} stopped")
        child.kill()
        sys.exit(0)

    signal.signal(signal.SIGTERM, signal.SIG_IGN if "stubborn" in traits else stop)
    if "escapee" in traits:
        subprocess.Popen(SLEEP, start_new_session=True)
    write_event(diary, f"{name} started")
    print_line(f"hello from {name}")
    while "brief" not in traits:
        if "noisy" in traits:
            print_line("x" * 200)
        time.sleep(0.0001 if "noisy" in traits else 0.1)


def print_line(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def write_event(diary: Path, line: str) -> None:
    with diary.open("a") as file:
        file.write(f"{time.monotonic():.3f} {line} {os.getpid()}\n")


if __name__ == "__main__":
    main()
