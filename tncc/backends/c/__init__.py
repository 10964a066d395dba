"""The C back end: programs as loop nests over explicitly laid out arrays, printed as one self-contained file."""
