"""The delay queue is tested without Django: a real Redis, a broker, workers, and a journal."""

import pytest
from dramatiq import Worker

from testkit.servers.redis_server import RedisServer
from tests.delay_queue.actors import Journal, declare_actors, impatient_broker
from tests.delay_queue.worker import WorkerProcess


@pytest.fixture
def fresh_redis():
    """Nothing to empty: each test here has a Redis of its own."""


@pytest.fixture
def redis_server():
    with RedisServer(fsync="always") as server:
        yield server


@pytest.fixture
def broker(redis_server):
    broker = impatient_broker(redis_server.url)
    yield broker
    broker.client.close()


@pytest.fixture
def journal(tmp_path):
    return Journal(tmp_path / "journal")


@pytest.fixture
def actors(broker, journal):
    return declare_actors(broker, journal)


@pytest.fixture
def start_worker(broker, actors, journal):
    """Starts a worker in this process: `start_worker(threads=2, prefetch=4)`."""
    workers = []

    def start(threads: int = 2, prefetch: int = 4) -> Worker:
        worker = Worker(broker, worker_timeout=100, worker_threads=threads)
        worker.queue_prefetch = prefetch
        worker.start()
        workers.append(worker)
        return worker

    yield start
    journal.open_gate()
    for worker in workers:
        worker.stop(timeout=5_000)


@pytest.fixture
def start_worker_process(redis_server, journal):
    """Starts a worker in a process of its own: `start_worker_process(threads=2)`."""
    processes = []

    def start(threads: int = 2) -> WorkerProcess:
        processes.append(WorkerProcess(redis_server.url, journal, threads=threads))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
