"""`make bench`: every benchmark, one after the other; `--quick` for the short form of each.

The exit status is 1 when one of them failed.
"""

import subprocess
import sys

BENCHMARKS = (
    "queue_side_by_side",
    "booking",
    "flow",
    "refill",
    "calendar",
    "screen",
    "storm",
    "callbacks",
    "pending",
    "start",
)
LONGEST = 3600  # seconds one of them may take


def main() -> int:
    """Run them with the options given; returns the exit status."""
    failed = [name for name in BENCHMARKS if not run_benchmark_process(name)]
    if failed:
        print(f"\nFAILED: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def run_benchmark_process(name: str) -> bool:
    """Whether the benchmark ended well."""
    command = [sys.executable, "-m", f"benchmarks.{name}", *sys.argv[1:]]
    return subprocess.run(command, timeout=LONGEST, check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
