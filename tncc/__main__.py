"""`python -m tncc`."""

from tncc.cli import main

if __name__ == "__main__":
    main()
