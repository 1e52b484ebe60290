"""`bin/dev`, second half: web, worker and beat over SQLite and an embedded Valkey."""

import fcntl
import http.client
import os
import subprocess
import sys
from pathlib import Path

from decouple import AutoConfig

from bin.loopback import HOST, is_free
from bin.supervisor import ProgramEndedError, StopRequestedError, Supervisor, say
from bin.valkey import MISSING, Valkey, find_server
from bin.venv import ROOT, VAR

config = AutoConfig(search_path=ROOT)


def main() -> None:
    prepare_environment()
    port = config("PORT", cast=int)
    VAR.mkdir(mode=0o700, exist_ok=True)
    with (VAR / "dev.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            sys.exit("Clock Work already runs from this folder.")
        if not is_free(port):
            sys.exit(f"Port {port} is taken by another program; choose one with PORT=8001 bin/dev.")
        try:
            migrate()
        except KeyboardInterrupt:
            sys.exit(130)
        sys.exit(serve(port))


def prepare_environment() -> None:
    """Development's defaults, for what neither the environment nor `.env` sets."""
    for name, value in {"DEBUG": "true", "PORT": "8000"}.items():
        os.environ[name] = str(config(name, default=value))
    os.environ["PYTHONUNBUFFERED"] = "1"


def migrate() -> None:
    print("Migrating the database …", flush=True)
    command = [sys.executable, "manage.py", "migrate", "--noinput", "--verbosity", "0"]
    if subprocess.run(command, check=False).returncode:
        sys.exit("The database could not be migrated; the reason stands above.")


def serve(port: int) -> int:
    """Run everything until Ctrl-C (0) or until one of the programs ends by itself (1)."""
    supervisor = Supervisor()
    try:
        start_valkey(supervisor)
        supervisor.start(
            "web", [script("daphne"), "-b", HOST, "-p", str(port), "clock_work.asgi:application"]
        )
        supervisor.start("worker", [script("celery"), "-A", "clock_work", "worker", "-Q", "short,long"])
        supervisor.start("beat", [script("celery"), "-A", "clock_work", "beat", "--pidfile="])
        supervisor.run_until(lambda: answers(port))
        say(f"\nClock Work is at http://localhost:{port} (Ctrl-C stops it)")
        say("Things to look at: DEBUG=true .venv/bin/python manage.py demo\n")
        supervisor.run_until(lambda: False)
    except StopRequestedError:
        say("\nStopping; what is being worked on finishes first (Ctrl-C again hurries) …")
        return 0
    except ProgramEndedError as error:
        say(f"\n{error} Stopping the others …")
        return 1
    finally:
        valkey = [program for program in supervisor.programs if program.name == "valkey"]
        supervisor.stop(*(program for program in supervisor.programs if program not in valkey))
        supervisor.stop(*valkey)
    return 0


def start_valkey(supervisor: Supervisor) -> None:
    """Broker, cache and channel layer, unless a server is configured."""
    if config("REDIS_URL", default="") or config("REDISCLOUD_URL", default=""):
        return
    if find_server() is None:
        sys.exit(MISSING)
    valkey = Valkey(data=VAR / "valkey")
    (VAR / "valkey").mkdir(exist_ok=True)
    supervisor.start("valkey", valkey.command, valkey.config)
    supervisor.run_until(valkey.answers)
    os.environ["REDIS_URL"] = valkey.url


def script(name: str) -> str:
    return str(Path(sys.executable).with_name(name))


def answers(port: int) -> bool:
    connection = http.client.HTTPConnection(HOST, port, timeout=2)
    try:
        connection.request("GET", "/healthz", headers={"Host": f"localhost:{port}"})
        return connection.getresponse().status < 500
    except OSError:
        return False
    finally:
        connection.close()


if __name__ == "__main__":
    main()
