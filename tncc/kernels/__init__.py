"""Generated C as libraries: compiled with the compiler found, kept in the user's cache folder, and called."""
