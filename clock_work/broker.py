"""What Celery is told of its broker, for which the broker's URL is enough."""

import ssl
from typing import Any

REDIS = ("redis://", "rediss://")
RABBITMQ = ("amqp://", "amqps://")
RABBITMQ_BY_TLS = RABBITMQ[1:]


def broker_settings(url: str, patience: float) -> dict[str, Any]:
    """Celery's settings for the broker at `url`, by their names in Celery.

    `patience` is how many seconds one answer of it is waited for. To give up sending takes a few of them, so
    who must not wait for that sends by `accounts.publishing`.
    """
    if url.startswith(RABBITMQ):
        return _rabbitmq(url, patience)
    return {"broker_url": url, **(_redis(patience) if url.startswith(REDIS) else {})}


def _redis(patience: float) -> dict[str, Any]:
    return {
        "broker_transport_options": {
            "socket_timeout": patience,
            "socket_connect_timeout": min(patience, 2),
            "socket_keepalive": True,
            "health_check_interval": 10,
        },
        "task_publish_retry_policy": {"max_retries": 0},
        "worker_disable_prefetch": True,
    }


def _rabbitmq(url: str, patience: float) -> dict[str, Any]:
    return {
        "broker_url": url,
        "broker_connection_timeout": patience,
        # Names are checked beside certificates, which is not the default.
        "broker_use_ssl": url.startswith(RABBITMQ_BY_TLS)
        and {"cert_reqs": ssl.CERT_REQUIRED, "server_hostname": None},
        "broker_transport_options": {
            "confirm_publish": True,
            "read_timeout": patience,  # of a confirmation, too
            "write_timeout": patience,
        },
        # One more try, at once: after a restart each connection of the pool notices when it is used.
        "task_publish_retry_policy": {"max_retries": 1, "interval_start": 0, "interval_step": 0},
        "task_default_queue_type": "quorum",
        "task_create_missing_queue_type": "quorum",
        # A worker that lost its line comes back before RabbitMQ noticed: a queue of the old connection alone
        # would be locked, and RabbitMQ gives up those that are neither that nor durable.
        "control_queue_exclusive": False,
        "control_queue_durable": True,
        "event_queue_exclusive": False,
        "event_queue_durable": True,
        "worker_consumer": "clock_work.consumer:Consumer",
    }
