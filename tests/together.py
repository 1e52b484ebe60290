import threading
from collections.abc import Callable

from django.db import connection


def together(*actions: Callable[[], object]) -> list[object]:
    """Do all at the same moment, each on a connection of its own; gives what each gave, or raised."""
    start, outcomes = threading.Barrier(len(actions)), dict.fromkeys(range(len(actions)), object())

    def act(index: int) -> None:
        start.wait()
        try:
            outcomes[index] = actions[index]()
        except Exception as error:  # noqa: BLE001 - it is looked at afterwards
            outcomes[index] = error
        finally:
            connection.close()

    threads = [threading.Thread(target=act, args=[index]) for index in range(len(actions))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    assert not any(thread.is_alive() for thread in threads)
    return [outcomes[index] for index in range(len(actions))]
