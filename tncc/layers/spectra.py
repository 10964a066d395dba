"""What a bond carries: the singular values of the product of tensors that it divides in two, and their entropy."""

from dataclasses import dataclass

import torch

from tncc.ir.network import Network
from tncc.layers.bond_names import spectral_trees
from tncc.layers.tree_arrays import Read, centre, look_from_everywhere, read_tree


@dataclass(frozen=True, slots=True, eq=False)
class BondSpectrum:
    """The singular values at a bond, descending and as they are, and their entanglement entropy in nats.

    With p the squares of the singular values over their sum, the entropy is -Σ p ln p (Schollwöck, Annals of Physics
    326, 2011, eq. 21); it is 0 where all of them vanish.
    """

    singular_values: torch.Tensor
    entropy: float

    @property
    def effective_rank(self) -> float:
        """exp(entropy): as many equal singular values would have the same entropy."""
        return float(torch.tensor(self.entropy, dtype=torch.float64).exp())

    def rank(self, threshold: float) -> int:
        """How many singular values are larger than `threshold` times the largest."""
        values = self.singular_values
        return int((values > threshold * values.max()).sum()) if values.numel() else 0


def spectra(network: Network, read: Read, asked: str = "spectrum()") -> dict[str, BondSpectrum]:
    """The spectrum of each bond that divides a tree of stored tensors in two, in the order of declaration.

    It is that of the tensors' product as the network's product has them, scalar factors left out. Bonds of loops,
    indices of more than two tensors, and bonds that join an input or a stage have none and are left out. Singular
    values come in the tensors' precision (single at least), as many as the bond is large, or as either side has
    elements where that is less. Raises CompileError for tensors that are not finite.
    """
    found: dict[str, BondSpectrum] = {}
    tensors = {tensor.name: tensor for tensor in network.tensors}
    for tree in spectral_trees(network):
        if not tree.edges:
            continue
        arrays = read_tree(network, read, tree, asked)
        look_from_everywhere(arrays)
        dtype = read(tensors[tree.nodes[0].value]).dtype.to_real()
        for edge in tree.edges:
            values = torch.linalg.svdvals(centre(arrays, edge))
            shown = values.to(torch.promote_types(dtype, torch.float32))
            found[edge.index] = BondSpectrum(shown, entropy(values))
    return {i.name: found[i.name] for i in network.indices if i.kind == "bond" and i.name in found}


def entropy(singular_values: torch.Tensor) -> float:
    """The entanglement entropy in nats of some singular values."""
    largest = singular_values.max() if singular_values.numel() else torch.zeros(())
    if not largest > 0:
        return 0.0
    weights = (singular_values / largest).square()
    weights = weights / weights.sum()
    return float(-torch.xlogy(weights, weights).sum())
