"""The part of benchmarks/pending/__main__.py that runs inside Django."""

from booking_api import enqueue


def read_redis_memory() -> float:
    """MiB that Redis holds."""
    return float(enqueue.broker().client.info("memory")["used_memory"]) / 2**20
