"""Settings of the property tests: the same examples every time, however busy the machine is."""

from hypothesis import settings

settings.register_profile("core", derandomize=True, deadline=None, max_examples=60)
settings.load_profile("core")
