"""The torch back end: a self-contained `torch.nn.Module`."""
