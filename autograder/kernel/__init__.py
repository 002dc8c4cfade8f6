"""The seam to the student's process: plain data goes in, plain data comes out."""
