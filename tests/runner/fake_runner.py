"""The real guardian and supervisor around fake parts.

python -m tests.runner.fake_runner <folder> '{"web": ["noisy"], …}' [failing] [hurried]
"""

import asyncio
import json
import os
import sys

from runner.plan import Part, Plan, Step
from runner.supervision import guardian
from runner.supervision.output import Output
from runner.supervision.supervisor import Supervisor


def main() -> int:
    folder, traits, *wishes = sys.argv[1:]
    plan = fake_plan(folder, json.loads(traits), failing="failing" in wishes)
    if "hurried" in wishes:
        guardian.STOP_WITHIN = 2.0
    return guardian.run_guarded(
        lambda: asyncio.run(Supervisor(plan, dict(os.environ), Output(sys.stdout)).run())
    )


def fake_plan(folder: str, traits: dict[str, list[str]], *, failing: bool) -> Plan:
    def part(name: str) -> Part:
        command = [sys.executable, "-m", "tests.runner.fake_part", folder, name]
        return Part(name, [*command, *traits.get(name, [])], stop_within=1.0)

    status = 3 if failing else 0
    script = "import sys; print('first'); print('second', file=sys.stderr); sys.exit(%d)"
    return Plan(
        redis=part("redis"),
        redis_problem=no_problem,
        steps=[Step("migrate", "Migrating", [sys.executable, "-c", script % status], "more")],
        ranks=[[part("web")], [part("scheduler")], [part("worker-1"), part("worker-2")]],
        health_problem=no_problem,
        summary=lambda printed, seconds: f"open after {seconds:.0f} s, {printed['migrate']}",
    )


async def no_problem() -> str:
    return ""


if __name__ == "__main__":
    sys.exit(main())
