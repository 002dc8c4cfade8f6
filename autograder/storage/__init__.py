"""What lies on disk: answer keys and data sets, as HDF5 files."""
