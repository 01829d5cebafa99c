"""Two services of the Linux kernel that Python has no function for.

Elsewhere (macOS) both do nothing: parts are still stopped in order and started again, but what a
part killed with -9 left outside its process group may live on.
"""

import ctypes
import signal
import sys

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_CHILD_SUBREAPER = 36

_libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None


def adopt_orphans() -> None:
    """Become the parent of every descendant whose own parent dies, so that we can end it."""
    _call_prctl(PR_SET_CHILD_SUBREAPER, 1)


def end_with_parent() -> None:
    """Get SIGTERM when our parent dies, however it dies; outlives exec, not fork."""
    _call_prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def _call_prctl(option: int, value: int) -> None:
    if _libc is not None and _libc.prctl(option, value, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), f"prctl({option}) failed")
