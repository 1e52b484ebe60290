"""`bin/test`, first half: install, then go on inside `.venv`."""

import os
import sys

from bin import debian
from bin.venv import SetupError, ensure


def main() -> None:
    try:
        debian.install_missing(*(debian.FOR_THE_IMAGE if "--image" in sys.argv else []))
        python = ensure("requirements-dev.txt")
    except SetupError as error:
        sys.exit(str(error))
    except KeyboardInterrupt:
        sys.exit(130)
    os.execv(python, [str(python), "-m", "bin.suite", *sys.argv[1:]])  # noqa: S606 -- no shell is wanted


if __name__ == "__main__":
    main()
