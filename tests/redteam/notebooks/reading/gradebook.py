"""Open the gradebook.

stopped by: mounts
control: loot
double: failed
flags: names gradebook
"""

# %%
import sqlite3

loot = sqlite3.connect("file:@COURSE@/gradebook.db?mode=ro", uri=True).execute("select * from grade").fetchall()
