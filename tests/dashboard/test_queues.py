"""Who takes which messages: every queue has a worker, and the more urgent one comes first."""

from dashboard.celery import app
from stack.product import WORKERS

TAKEN = {name: queues.split(",") for name, (queues, _) in WORKERS.items()}


def queue_of(task: str) -> str:
    return str(app.amqp.router.route({}, task)["queue"].name)


def test_every_queue_has_a_worker() -> None:
    routed = {route["queue"] for route in app.conf.task_routes.values()} | {app.conf.task_default_queue}
    assert routed == {queue for queues in TAKEN.values() for queue in queues}


def test_batches_do_not_wait_behind_sweeps_nor_people_behind_batches() -> None:
    batches, sweeps = queue_of("layers.outbox.tasks.work_batches"), queue_of("layers.mirror.tasks.sync_scope")
    assert TAKEN["backfill"].index(batches) < TAKEN["backfill"].index(sweeps)
    assert TAKEN["commands"][0] == queue_of("layers.outbox.tasks.deliver")
    assert batches not in TAKEN["commands"]
    assert app.conf.broker_transport_options["queue_order_strategy"] == "priority"
