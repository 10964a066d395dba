"""A layer from a dense weight: the tensors that come closest to it, found as the network's graph allows."""

from dataclasses import replace

import torch

from tncc.decompose.fit import Wish
from tncc.decompose.outcome import Fit, Part
from tncc.decompose.products import write
from tncc.decompose.reached import errors_of
from tncc.decompose.result import Decomposition
from tncc.decompose.search import Effort
from tncc.decompose.sizing import fit_within
from tncc.decompose.terms import affine_form, refused
from tncc.decompose.weights import Given, checked_for_bias, ready
from tncc.diagnostics.diagnostic import Failure
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import NOWHERE, Span
from tncc.diagnostics.weight_kinds import NotFinite, WrongType
from tncc.ir.linearity import linear_map
from tncc.ir.network import Tensor
from tncc.layers.layer import Layer
from tncc.progress import watched
from tncc.watching import Watch


class FromDense(Layer):
    """Layers whose network is an affine map of one input."""

    @torch.no_grad()
    def from_dense_(
        self,
        weight: torch.Tensor,
        bias: torch.Tensor | None = None,
        *,
        covariance: torch.Tensor | None = None,
        error: float | None = None,
        seed: int = 0,
        restarts: int = 3,
        sweeps: int | None = None,
        pad: bool = False,
        progress: bool | Watch = True,
    ) -> Decomposition:
        """Give the tensors the values with which the layer comes closest to a dense one; returns how close.

        `weight` is (out_features, in_features) as in `nn.Linear`, `bias` (out_features,); without one the constant
        part becomes zero. Where the graph of the network's tensors is a tree, once indices that several of them and
        the weight carry are held fixed, that is done by sequential singular value decompositions, which are exact
        where the bonds are large enough; `sweeps` of least squares may follow. Elsewhere it is done by alternating
        least squares, and where a tensor stands more than once by steps of all tensors at once, from `restarts` starts
        that `seed` determines.

        `covariance` holds second moments of the inputs, (in_features, in_features) or the diagonal alone: then
        ‖(W - W') C^½‖ is minimised. `error` is a relative error (under the covariance, if there is one) that the
        layer's bonds are made just large enough for, by singular values or else by trying sizes: they change in place,
        as `rebuild_` says, and an optimizer must be given the new parameters. `pad` allows a smaller weight, which is
        continued by zeros; cut `to_dense()` back to get it. `progress` shows a bar on a terminal after a second, or is
        told of the work.

        Raises CompileError (TN4xx) for a weight or network that this can't be done with; the layer is then what it
        was.
        """
        try:
            _check_options(error, restarts, sweeps)
            _check_seed(seed)
            with watched(progress) as watch:
                found, given = _found(
                    self,
                    weight,
                    bias,
                    pad,
                    Wish(error, covariance, sweeps),
                    Effort(seed, restarts, 200 if sweeps is None else sweeps, watch=watch),
                )
        except Failure as failure:
            raise compile_error([failure.diagnostic]) from None
        if found.bonds:
            self.rebuild_(found.bonds)
        for part in found.parts:
            tensor = self.stored(_tensor(self, part.factor.tensor))
            write_in_place(tensor, part)
        result = found.result.model_copy(update={"shape": given.shape})
        return result.model_copy(update=self._reached(given)) if self._differs(given) else result

    def _differs(self, given: Given) -> bool:
        """Whether the layer is not what was found: its tensors are rounded, or a part of it is cut off in use."""
        tensors = [self.stored(tensor) for tensor in self.network.tensors if tensor.role == "parameter"]
        precision = torch.finfo(given.weight.dtype).eps
        return given.shape != given.weight.shape or any(torch.finfo(one.dtype).eps > precision for one in tensors)

    def _reached(self, given: Given) -> dict[str, float]:
        """The relative errors of the layer as it is, beside the part of the weight that was given."""
        tensors = {tensor.name: tensor for tensor in self.network.tensors}

        def stored(name: str) -> torch.Tensor:
            return self.stored(tensors[name])

        return errors_of(self.network, stored, given)


def _found(
    layer: Layer, weight: torch.Tensor, bias: torch.Tensor | None, pad: bool, wish: Wish, effort: Effort
) -> tuple[Fit, Given]:
    """The values for a layer, which stays as it is, and what it is made from; raises Failure."""
    network = layer.network
    linear = linear_map(network)
    if linear is None:
        raise refused(network, "it is no affine map of one input", "give a network that only multiplies and adds")
    like = _like(layer)
    if like.is_meta:
        wanted, hint = "ones that hold them", "move it with `to_empty`, or make it anew"
        raise Failure(WrongType(NOWHERE, network.name, "the tensors", "without numbers (`meta`)", wanted, hint))
    given = ready(network, linear, like, weight, bias, wish.covariance, pad)
    has_constant = bool(affine_form(network).constant)
    bias = checked_for_bias(network.name, given.bias, has_constant)
    wish = replace(wish, covariance=given.covariance)
    found = fit_within(
        network, lambda sizes: layer._origin.with_bonds(sizes).network,
        lambda name: layer.stored(_tensor(layer, name)), given.weight, bias, wish, effort,
    )  # fmt: skip
    for part in found.parts:
        tensor = layer.stored(_tensor(layer, part.factor.tensor))
        count = int((~torch.isfinite(part.value.value.to(tensor.dtype))).sum())
        if count:
            what, total = f"`{part.factor.tensor}`", part.value.value.numel()
            raise Failure(NotFinite(NOWHERE, network.name, what, count, total, f"type {tensor.dtype}"))
    return found, given


def _tensor(layer: Layer, name: str) -> Tensor:
    return next(tensor for tensor in layer.network.tensors if tensor.name == name)


def _like(layer: Layer) -> torch.Tensor:
    """A tensor with the layer's device and the widest of its types."""
    stored = [layer.stored(tensor) for tensor in layer.network.tensors if tensor.role in ("parameter", "frozen")]
    dtype = torch.float32
    for tensor in stored:
        dtype = torch.promote_types(dtype, tensor.dtype)
    return torch.empty(0, dtype=dtype, device=stored[0].device if stored else None)


def write_in_place(tensor: torch.Tensor, part: Part) -> None:
    """Put a value into a stored tensor, whatever its strides."""
    if tensor.is_contiguous():
        write(tensor, part.factor, part.value)
        return
    copied = tensor.detach().contiguous()
    write(copied, part.factor, part.value)
    tensor.copy_(copied)


def _check_options(error: float | None, restarts: int, sweeps: int | None) -> None:
    if error is not None and not (isinstance(error, int | float) and 0 <= error < 1):
        raise _refused("error", f"`{error}` is no relative error", "give a number from 0 on and below 1, 0.02 say")
    if isinstance(restarts, bool) or not isinstance(restarts, int) or restarts < 1:
        raise _refused("restarts", f"`{restarts}` is no number of starts", "give a whole number from 1 on")
    if sweeps is not None and (isinstance(sweeps, bool) or not isinstance(sweeps, int) or sweeps < 0):
        raise _refused("sweeps", f"`{sweeps}` is no number of sweeps", "give a whole number from 0 on")


def _check_seed(seed: object) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int) or not -(2**62) <= seed < 2**62:
        raise _refused("seed", f"`{seed}` is no seed", "give a whole number of less than 63 bits")


def _refused(option: str, text: str, hint: str) -> Failure:
    return Failure(BadOption(Span(option, 0, 0, 0, 0), text, hint))
