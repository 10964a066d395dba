"""From a dense matrix to the tensors of a network that comes closest to it; the method follows from the graph."""
