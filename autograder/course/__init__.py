"""A course on disk: where things stand, its secret, and the exercises that its authors wrote."""
