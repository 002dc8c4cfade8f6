"""Start threads without end.

stopped by: RLIMIT_NPROC, the box is ended
control: loot
double: failed
flags: imports threading
"""

# %%
import threading
import time

for _ in range(400):
    threading.Thread(target=time.sleep, args=(3,), daemon=True).start()
loot = True
