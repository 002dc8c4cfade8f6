"""What learning management systems take and give: result records, files for each, intake, APIs.

`record` is the one thing that leaves the grader: everything else here renders it, or reads what an
LMS gives. One module for each LMS: `moodle`, `canvas`, `blackboard`, `gradescope`, `coursera`;
`tables` writes plain CSV and XLSX, `exporters` is for ``nbgrader export``. `moodle_rest` and
`canvas_rest` call the API of a site.
"""
