"""Reports as people read them: a block in a notebook, a page a submission, an overview, a table.

`block` needs the standard library alone, since students have nothing else installed; the pages
need jinja2 and the terminal's table needs rich, so import them by module.
"""
