"""A network that is quick to plan and to build."""

import tncc

TEXT = """
network Small(n: int = 3) {
  index i: n; index o: 4
  input x[..., i]
  tensor A[i, o]
  output y[..., o] = x * A
}
"""


def small(**values: object) -> tncc.Compiled:
    """One product; nothing of it has been planned or built."""
    return tncc.compile_text(TEXT, batch=(1, 8), **values)
