"""Lets `python -m everfair` be the same command as `everfair`."""

from everfair.config.cli import main

if __name__ == "__main__":
    main()
