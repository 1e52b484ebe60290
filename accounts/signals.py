"""What other floors may listen to. `accounts` knows nothing of what follows somebody's clock.

`zone_changed` carries `user`, who has another time zone now, and `old`, the name of the one they left. It is
sent inside the transaction that stores the change, so what a receiver writes is kept or lost together with
it. A receiver that has something to ask on account of it may return the URL of the page that does; who
changed their own zone is led to the first of those, everybody else finds the question when they come by.
"""

from django.dispatch import Signal

zone_changed = Signal()
