"""Grading where an LMS runs the grader: packages for Gradescope and Coursera.

`package` builds one from the course; `grading`, `gradescope` and `coursera` run inside of it. A
package holds the released notebook and the hidden answer keys, never `solutions/` and never the
course's secret.
"""
