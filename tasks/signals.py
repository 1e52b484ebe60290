"""What other floors may listen to. `tasks` knows nothing of mail, sockets or inboxes.

Every signal carries `run`. `run_finished` and `run_retried` are sent inside the transaction that makes the
change, so what a receiver writes is kept or lost together with it; `run_progressed` is sent after its write.
"""

from django.dispatch import Signal

run_progressed = Signal()
run_finished = Signal()
run_retried = Signal()
