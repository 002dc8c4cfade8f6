"""How fast KeepProb grades, beside others and beside the physical limit: ``make bench``."""
