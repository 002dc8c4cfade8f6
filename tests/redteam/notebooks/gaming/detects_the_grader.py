"""Tell by the environment that this is the grader.

stopped by: cleared environment
control: loot
double: failed
"""

# %%
import os

loot = [name for name in os.environ if "GRADER" in name or name == "CI"]
