"""A small transformer whose modules are called as BERT's are."""

import torch
from torch import nn


class Conv1D(nn.Module):
    """A linear layer with its weight the other way round, as transformers has it."""

    def __init__(self, nf: int, nx: int) -> None:
        super().__init__()
        self.nf, self.nx = nf, nx
        self.weight = nn.Parameter(torch.randn(nx, nf) / nx**0.5)
        self.bias = nn.Parameter(torch.randn(nf))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return x @ self.weight + self.bias


class Dense(nn.Module):
    """A linear layer with something around it."""

    def __init__(self, ins: int, outs: int) -> None:
        super().__init__()
        self.dense = nn.Linear(ins, outs)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.tanh(self.dense(x))


class Layer(nn.Module):
    """Attention of one head, and a feed-forward part."""

    def __init__(self, width: int, inner: int) -> None:
        super().__init__()
        self.query = nn.Linear(width, width, bias=False)
        self.key = nn.Linear(width, width)
        self.mix = Conv1D(width, width)
        self.intermediate = Dense(width, inner)
        self.output = Dense(inner, width)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        scores = torch.softmax(self.query(x) @ self.key(x).mT / x.shape[-1] ** 0.5, dim=-1)
        x = x + self.mix(scores @ x)
        return x + self.output(self.intermediate(x))


class Encoder(nn.Module):
    """Layers one behind the other."""

    def __init__(self, width: int, inner: int, depth: int) -> None:
        super().__init__()
        self.layer = nn.ModuleList(Layer(width, inner) for _ in range(depth))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        for layer in self.layer:
            x = layer(x)
        return x


class SmallTransformer(nn.Module):
    """Ids (..., length) to features (..., length, width)."""

    def __init__(self, words: int = 30, width: int = 12, inner: int = 24, depth: int = 2) -> None:
        super().__init__()
        self.embeddings = nn.Embedding(words, width, padding_idx=0)
        self.encoder = Encoder(width, inner, depth)
        self.pooler = Dense(width, width)

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        result: torch.Tensor = self.pooler(self.encoder(self.embeddings(ids)))
        return result
