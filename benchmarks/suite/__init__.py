"""Compiled modules beside the dense layer and the tensor libraries, over one suite of networks."""
