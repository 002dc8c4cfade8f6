"""How often somebody may do something, counted in this process alone."""

import threading
from collections import deque
from datetime import datetime, timedelta

MOST_KNOWN = 10_000


class Throttle:
    """Counts by key, over the last while. It bounds work; what counts is in the database."""

    def __init__(self, most: int, within: timedelta) -> None:
        self._most = most
        self._within = within
        self._times: dict[int, deque[datetime]] = {}
        self._lock = threading.Lock()

    def admits(self, key: int, now: datetime) -> bool:
        """Tell whether it is not too often yet, and count it."""
        with self._lock:
            if len(self._times) > MOST_KNOWN:
                self._forget(now)
            times = self._times.setdefault(key, deque(maxlen=self._most))
            # A time ahead is of a clock that was set back, and must not keep somebody out.
            if len(times) == self._most and timedelta(0) <= now - times[0] < self._within:
                return False
            times.append(now)
            return True

    def _forget(self, now: datetime) -> None:
        """Drop those who have done nothing for a while."""
        self._times = {
            key: times for key, times in self._times.items() if now - times[-1] < self._within
        }
