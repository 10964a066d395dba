"""Other libraries' layouts of factorized weights."""
