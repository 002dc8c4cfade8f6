"""Bridges: an LMS's submissions in, graded, and scores, comments and pages back, without LTI."""
