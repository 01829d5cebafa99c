"""What happens to a practice text after it was accepted."""

import uuid

import dramatiq

from core.jobs import enqueue
from practice_phone import actions


@dramatiq.actor(queue_name="practice", max_retries=0)
def carry_practice_text(message_id: int) -> None:
    """Bring the text to its phone and report each step."""
    actions.carry_message(message_id)


def carry_on_commit(message_id: int) -> None:
    """Have a worker carry the text once it is committed; without one it stays on its way."""
    wake = enqueue.ActorCall(carry_practice_text, (message_id,), str(uuid.uuid4()))
    enqueue.enqueue_calls_on_commit([wake])
