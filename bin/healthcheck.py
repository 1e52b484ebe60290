"""Exits with 0 when the web process beside it answers; asked by the container's health check."""

import http.client
import os
import sys


def main() -> None:
    host = os.environ.get("ALLOWED_HOSTS", "").split(",")[0].strip().lstrip(".*") or "localhost"
    connection = http.client.HTTPConnection("127.0.0.1", int(os.environ.get("PORT", "8000")), timeout=5)
    try:
        connection.request("GET", "/healthz", headers={"Host": host})
        answer = connection.getresponse().status
    except OSError as error:
        sys.exit(f"The web process does not answer: {error}")
    finally:
        connection.close()
    if answer != 200:
        sys.exit(f"The web process answers {answer}.")


if __name__ == "__main__":
    main()
