"""What the system allows one process: open files, of which every open page that listens holds one."""

import logging

log = logging.getLogger("everfair.limits")


def raise_open_files() -> int:
    """Ask for as many open files as the system lets us have without being asked. Returns how many that is."""
    try:
        import resource  # not on Windows
    except ImportError:
        return 0
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = hard if hard != resource.RLIM_INFINITY else max(soft, 65536)
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, min(wanted, 65536)), hard))
    except (ValueError, OSError) as error:
        log.warning("The limit of open files stays at %d: %s", soft, error)
    return resource.getrlimit(resource.RLIMIT_NOFILE)[0]
