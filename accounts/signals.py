"""What other floors may listen to. `accounts` knows nothing of what follows somebody's clock, or is theirs.

`zone_changed` carries `user`, who has another time zone now, and `old`, the name of the one they left. It is
sent inside the transaction that stores the change, so what a receiver writes is kept or lost together with
it. A receiver that has something to ask on account of it may return the URL of the page that does; who
changed their own zone is led to the first of those, everybody else finds the question when they come by.

`session_ended` carries `user_id` and the `key` of a session of theirs that lets in no more: it was revoked or
logged out, another password was set elsewhere, or they were disabled or deleted. It is sent inside the
transaction that ends it. One that expires ends without a word.

`user_deleting` carries `user`, whose account goes, whoever deletes it. It is sent inside the transaction that
deletes the row, which is locked, so that nobody adds anything of theirs; to the lower floors first. A
receiver locks and removes what is its app's; what merely hangs on the row goes with it. It may be sent again:
what others have in hands is not waited for, the whole transaction is tried anew (`accounts.deletion`).
"""

from django.dispatch import Signal

zone_changed = Signal()
session_ended = Signal()
user_deleting = Signal()
