"""Leases: a worker owns a run only as long as it keeps saying so."""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import connection

from tasks.clock import in_seconds
from tasks.models import Run

logger = logging.getLogger(__name__)


class Lease:
    """One worker's hold on one run, named by the claim's token."""

    def __init__(self, run_id: int, claim: UUID) -> None:
        self.run_id = run_id
        self.claim = claim
        self.lost = False
        self.renewed()

    def renewed(self) -> None:
        self._valid_until = time.monotonic() + float(settings.TASKS_LEASE_SECONDS)

    def renew(self) -> None:
        """Extend the lease in the database, or learn that it is lost."""
        held = Run.objects.filter(pk=self.run_id, claim=self.claim)
        if held.update(claimed_until=in_seconds(settings.TASKS_LEASE_SECONDS)):
            self.renewed()
        else:
            self.lost = True

    def is_held(self) -> bool:
        """Whether the run is still ours. Asks the database when the lease has run out by our own clock,
        as after the machine slept."""
        if not self.lost and time.monotonic() > self._valid_until:
            self.renew()
        return not self.lost


class LeaseKeeper:
    """A thread of the worker's child that renews its leases while handlers are busy in long calls.

    It ends when it finds none, and begins anew with the next one.
    """

    def __init__(self) -> None:
        self._leases: set[Lease] = set()
        self._lock = threading.Lock()
        self._pid = 0  # of the process in which the thread runs: it does not survive a fork

    def add(self, lease: Lease) -> None:
        with self._lock:
            self._leases.add(lease)
            if self._pid != os.getpid():
                self._pid = os.getpid()
                threading.Thread(target=self._keep, name="lease-keeper", daemon=True).start()

    def remove(self, lease: Lease) -> None:
        with self._lock:
            self._leases.discard(lease)

    def _keep(self) -> None:
        while True:
            time.sleep(settings.TASKS_LEASE_SECONDS / 3)
            with self._lock:
                leases = list(self._leases)
                if not leases:
                    self._pid = 0
                    return
            _renew(leases)


def _renew(leases: Iterable[Lease]) -> None:
    for lease in leases:
        try:
            lease.renew()
        except Exception as error:  # noqa: BLE001 - without this thread every long call loses its run
            logger.warning("could not renew the lease of run %s: %s", lease.run_id, error)
            connection.close()
    connection.close()


keeper = LeaseKeeper()
