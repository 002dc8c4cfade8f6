"""The pure core: NumPy and the standard library only, no files, no processes, no Keras."""
