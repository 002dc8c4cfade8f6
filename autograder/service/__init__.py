"""The service behind an LMS: its settings and policies, and the processes that it consists of."""
