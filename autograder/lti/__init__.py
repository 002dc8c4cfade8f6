"""The LTI 1.3 Advantage protocol, from the tool's side. Docs: docs/reference/lti.md.

No database and no web pages in here: state comes in and goes out as arguments and dataclasses.
"""
