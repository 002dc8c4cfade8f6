"""What authors do: make answer keys, release assignments, check exercises."""
