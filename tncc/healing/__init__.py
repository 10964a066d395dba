"""Trains the networks in a tensorized model on what its teacher computes; imported when used, as it needs PyTorch."""
