"""What other parts of telling people may listen to.

`digest_closed` carries `digest`, whose time has come and which nothing joins any more. It is sent inside the
transaction that closes it, under the lock of its user's inbox, so what a receiver writes is kept or lost
together with it.
"""

from django.dispatch import Signal

digest_closed = Signal()
