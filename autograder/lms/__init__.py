"""What learning management systems take and give: result records, files for each, and intake.

`record` is the one thing that leaves the grader: everything else here renders it, or reads what an
LMS gives for download. One module for each LMS: `moodle`, `canvas`, `blackboard`, `gradescope`,
`coursera`; `tables` writes plain CSV and XLSX, `exporters` is for ``nbgrader export``.
"""
