"""The part of benchmarks/pending/__main__.py that runs inside Django."""

from core.jobs import enqueue


def read_redis_memory() -> float:
    """MiB that Redis holds."""
    return float(enqueue.get_broker().client.info("memory")["used_memory"]) / 2**20
