"""Terms of the objective, one file each."""
