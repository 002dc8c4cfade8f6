"""The pages of the LTI tool: launches, a student's page, an instructor's table. Flask.

Nothing of a student's is executed or unpickled here; grading happens in another process.
"""
