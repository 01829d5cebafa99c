"""The part of benchmarks/pending.py that runs inside Django."""

from booking_api import enqueue


def redis_memory() -> float:
    """MiB that Redis holds."""
    return float(enqueue.broker().client.info("memory")["used_memory"]) / 2**20
