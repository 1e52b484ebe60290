"""What other floors may listen to. `tasks` knows nothing of mail, sockets or inboxes.

Every signal about a run carries `run`. `run_finished` and `run_retried` are sent inside the transaction that
makes the change, so what a receiver writes is kept or lost together with it; `run_progressed` is sent after
its write.

Those about a task carry it as `task`, and are sent inside the transaction that holds its row.
`schedule_changed`: it was given another schedule or none, paused or resumed, or is about to be deleted.
`schedule_failed`: it was paused because its next time could not be told.
`task_described`: its words, or what becomes of runs that come late, were changed.
"""

from django.dispatch import Signal

run_progressed = Signal()
run_finished = Signal()
run_retried = Signal()
schedule_changed = Signal()
schedule_failed = Signal()
task_described = Signal()
