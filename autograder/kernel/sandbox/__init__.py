"""The wall: a box around a student's process, in which it can neither read, forge nor harm.

`box` says what a submission may use and see. `provisioner` starts a Jupyter kernel in one: the
grader's side is `bubblewrap` (namespaces and mounts) and `system_calls` (the seccomp filter). What
happens in the box before the first line of a student's code is `confined`, which uses `limits`,
`privileges` and `landlock`.
"""
