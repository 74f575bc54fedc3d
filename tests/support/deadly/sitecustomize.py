"""On a job's path: its process is killed as soon as it wants to write something durably."""

import os
import signal
import sys

if "pipeline.job" in sys.orig_argv:
    os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
