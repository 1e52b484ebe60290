"""The part of a worker that listens to RabbitMQ."""

from celery.worker import consumer


class Consumer(consumer.Consumer):
    """Celery's, without the 28 queues for delayed delivery: the broker delays nothing of ours."""

    class Blueprint(consumer.Consumer.Blueprint):  # type: ignore[misc, valid-type]
        default_steps = tuple(
            step
            for step in consumer.Consumer.Blueprint.default_steps
            if not step.endswith(":DelayedDelivery")
        )
