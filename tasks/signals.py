"""What other floors may listen to. `tasks` knows nothing of mail, sockets or inboxes.

Every signal about a run carries `run`. `run_finished` and `run_retried` are sent inside the transaction that
makes the change, so what a receiver writes is kept or lost together with it; `run_progressed` is sent after
its write. `schedule_failed` carries `task`, which was paused because its next time could not be told; it is
sent inside that transaction.
"""

from django.dispatch import Signal

run_progressed = Signal()
run_finished = Signal()
run_retried = Signal()
schedule_failed = Signal()
