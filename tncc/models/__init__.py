"""Trained models whose layers become tensor networks by rules; imported when used, since it needs PyTorch."""
