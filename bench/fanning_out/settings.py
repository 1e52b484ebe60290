"""Those of the product, and the channel layer that most projects take."""

from clock_work.settings import *  # noqa: F403
from clock_work.settings import CHANNEL_LAYERS, REDIS_URL

STOCK = {
    "BACKEND": "channels_redis.core.RedisChannelLayer",
    "CONFIG": {"hosts": [{"address": REDIS_URL, "socket_timeout": None}], "prefix": "stock"},
}
CHANNEL_LAYERS = {**CHANNEL_LAYERS, "stock": STOCK}
