"""The functions and classes that a generated torch module may need, as text."""

TENSORS = '''
class _Tensors(BASE):
    """The tensors of a family, or of a layer, under their own names."""
'''

KEEPS_COMPLEX = '''
class _KeepsComplex(nn.Module):
    """A module whose complex tensors stay complex when it is converted to a real dtype."""

    def _apply(self, fn, recurse=True):
        def convert(tensor):
            if not tensor.is_complex():
                return fn(tensor)
            parts = fn(torch.view_as_real(tensor))
            if parts.is_complex():
                return fn(tensor)
            if parts.dtype in (torch.float16, torch.bfloat16):
                parts = parts.float()
            return torch.view_as_complex(parts)

        return super()._apply(convert, recurse)
'''

LIBRARY = {
    "_gelu_slope": '''
def _gelu_slope(tensor):
    """The slope of the exact gelu."""
    below = (tensor / math.sqrt(2.0)).erf_().add_(1.0).mul_(0.5)
    density = (tensor * tensor).mul_(-0.5).exp_().mul_(tensor).mul_(1.0 / math.sqrt(2.0 * math.pi))
    return below.add_(density)
''',
    "_silu_slope": '''
def _silu_slope(tensor):
    """The slope of silu."""
    sigmoid = torch.sigmoid(tensor)
    return (1.0 - sigmoid).mul_(tensor).add_(1.0).mul_(sigmoid)
''',
    "_tanh_slope": '''
def _tanh_slope(result):
    """The slope of tanh where that is its result."""
    return (result * result).neg_().add_(1.0)
''',
    "_sigmoid_slope": '''
def _sigmoid_slope(result):
    """The slope of sigmoid where that is its result."""
    return (1.0 - result).mul_(result)
''',
    "_sqrt_slope": '''
def _sqrt_slope(result):
    """The slope of the square root where that is its result."""
    return 0.5 / result
''',
    "_cos_slope": '''
def _cos_slope(tensor):
    """The slope of the cosine."""
    return torch.sin(tensor).neg_()
''',
    "_reciprocal_slope": '''
def _reciprocal_slope(result):
    """The slope of the reciprocal where that is its result."""
    return (result * result).neg_()
''',
    "_placed": '''
def _placed(parts, axis, size, positions):
    """Arrays at some positions of a new axis, zero at the others."""
    shape = list(parts[0].shape)
    shape.insert(axis, size)
    result = parts[0].new_zeros(shape)
    for part, position in zip(parts, positions):
        result.select(axis, position).copy_(part)
    return result
''',
    "_layernorm_scale": '''
def _layernorm_scale(tensor, axes):
    """What layer normalisation multiplies by: one over the standard deviation, 1e-5 added to its square."""
    centred = tensor - tensor.mean(axes, keepdim=True)
    return torch.rsqrt(centred.square().mean(axes) + 1e-5)
''',
    "_watched": '''
def _watched(*inputs):
    """Whether a transform or a tracer looks on, which is to see plain operations."""
    return (
        torch._C._are_functorch_transforms_active()
        or torch._C._get_tracing_state() is not None
        or torch.autograd.forward_ad._current_level >= 0
        or any(type(tensor) is not torch.Tensor for tensor in inputs)
    )
''',
    "_by_tiles": '''
def _by_tiles(compute, tile, split, fixed, rowed, apart=0, handed=()):
    """Call `compute` on so many rows of the `split` tensors at a time.

    The first `rowed` results have rows and are put together, the others are added up, in single
    precision at least, but for the last `apart` ones, which are left as they are, tile by tile;
    `handed` are such results of another call.
    """
    rows = split[0].shape[0]
    if rows <= tile:
        return compute(*split, *handed, *fixed)
    whole = pieces = totals = None
    left = []
    each = len(handed) // -(-rows // tile)
    for number, parts in enumerate(zip(*(tensor.split(tile) for tensor in split), strict=True)):
        found = compute(*parts, *handed[number * each : (number + 1) * each], *fixed)
        if apart:
            left += found[-apart:]
            found = found[:-apart]
        if whole is None:
            whole = [
                None if part is None else part.new_empty((rows, *part.shape[1:]))
                for part in found[:rowed]
            ]
            pieces = [None if result is None else result.split(tile) for result in whole]
            totals = [None if part is None else _accumulator(part) for part in found[rowed:]]
        else:
            for total, part in zip(totals, found[rowed:], strict=True):
                if total is not None:
                    total += part
        for piece, part in zip(pieces, found[:rowed], strict=True):
            if piece is not None:
                piece[number].copy_(part)
        found = part = None  # so that the next tile does not find them there
    return (*whole, *totals, *left)
''',
    "_accumulator": '''
def _accumulator(tensor):
    """Where shares are added up: a tensor of its own, in single precision at least."""
    if tensor.dtype in (torch.float16, torch.bfloat16):
        return tensor.float()
    return tensor if tensor._base is None else tensor.clone()
''',
    "_autocast_of": '''
def _autocast_of(tensor):
    """The autocast that is on now, to be entered again in the backward pass."""
    kind = tensor.device.type
    if torch.amp.is_autocast_available(kind) and torch.is_autocast_enabled(kind):
        return torch.autocast(kind, dtype=torch.get_autocast_dtype(kind))
    return contextlib.nullcontext()
''',
    "_Stored": '''
class _Stored:
    """The stored tensors of a forward pass, for its backward pass.

    They are held as they are: the module has them anyway, so that saving them would only make hooks
    for saved tensors move them about.
    """

    def __init__(self, *tensors):
        self._tensors = tensors
        self._versions = self._now()

    def _now(self):
        return [None if tensor.is_inference() else tensor._version for tensor in self._tensors]

    def tensors(self):
        if self._now() != self._versions:
            text = "a tensor of the module was written to between its forward and its backward pass"
            raise RuntimeError(text)
        return self._tensors
''',
    "_again": '''
def _again(ctx, grads, tensors, needs):
    """The gradients by autograd, so that they can be differentiated themselves."""
    with torch.enable_grad(), ctx.autocast:
        results = _differentiable(ctx.sizes, *tensors)
    wanted = [tensor for tensor, need in zip(tensors, needs, strict=True) if need]
    used = [place for place, result in enumerate(results) if result.requires_grad]
    results, seeds = [results[place] for place in used], [grads[place] for place in used]
    found = torch.autograd.grad(results, wanted, seeds, create_graph=True, allow_unused=True)
    remaining = iter(found)
    return tuple(next(remaining) if need else None for need in needs)
''',
    "_eye_": '''
@torch.no_grad()
def _eye_(tensor):
    """Fill with 1 where the positions along all axes are equal, with 0 elsewhere."""
    tensor.copy_(_delta(tensor.shape, tensor.dtype, tensor.device))
''',
    "_delta": '''
def _delta(shape, dtype, device):
    """The tensor that is 1 where the positions along all axes are equal, and 0 elsewhere."""
    delta = torch.zeros(shape, dtype=dtype, device=device)
    step = max(sum(delta.stride()), 1)
    delta.view(-1)[: step * min(shape, default=1) : step] = 1
    return delta
''',
    "_uniform_": '''
@torch.no_grad()
def _uniform_(tensor, low, high):
    """Fill uniformly; the two parts of a complex number share the variance."""
    if tensor.is_complex():
        torch.view_as_real(tensor).uniform_(low / math.sqrt(2), high / math.sqrt(2))
    else:
        tensor.uniform_(low, high)
''',
    "_orthogonal_": '''
@torch.no_grad()
def _orthogonal_(tensor, legs):
    """Fill with an orthogonal matrix, the first `legs` axes being its rows.

    It is drawn in single precision at least.
    """
    rows = math.prod(tensor.shape[:legs])
    columns = math.prod(tensor.shape[legs:])
    dtype = torch.promote_types(tensor.dtype, torch.float32)
    if tensor.is_complex():
        shape = max(rows, columns), min(rows, columns)
        tall = torch.empty(shape, dtype=dtype, device=tensor.device)
        matrix, triangle = torch.linalg.qr(nn.init.normal_(tall))
        matrix = matrix * torch.sgn(triangle.diagonal())
        matrix = matrix if rows >= columns else matrix.T
    else:
        matrix = nn.init.orthogonal_(torch.empty(rows, columns, dtype=dtype, device=tensor.device))
    tensor.copy_(matrix.reshape(tensor.shape))
''',
    "_softmax": '''
def _softmax(tensor, axes):
    """Softmax over several axes jointly."""
    return torch.exp(tensor - torch.logsumexp(tensor, axes, keepdim=True))
''',
    "_layernorm": '''
def _layernorm(tensor, axes):
    """Layer normalisation over any axes."""
    centred = tensor - tensor.mean(axes, keepdim=True)
    return centred * torch.rsqrt(centred.square().mean(axes, keepdim=True) + 1e-5)
''',
}


def container_lines(keeps_complex: bool) -> list[str]:
    """The class of the containers."""
    base = "_KeepsComplex" if keeps_complex else "nn.Module"
    return ["", "", *TENSORS.replace("BASE", base).strip("\n").splitlines()]


KEEPING = '''
    def _constants(self, number, like=None):
        """What program `number` takes that follows from stored tensors alone.

        It is kept until one of these is replaced, moved or written to, and not at all where
        gradients or inference tensors are involved. `like` tells new tensors' dtype and device.
        """
        entry = self.__dict__.get("_kept", {}).get(number)
        kind = None if like is None else (like.dtype, like.device)
        if entry is not None and entry[2] == kind:
            for store, name, tensor, version, address in entry[0]:
                if (
                    store.get(name) is not tensor
                    or tensor._version != version
                    or tensor.data_ptr() != address
                ):
                    break
            else:
                return entry[1]
        return self._compute_constants(number, like, kind)

    def _compute_constants(self, number, like, kind):
        """Compute what `_constants` returns, and keep it where that is safe."""
        compute, paths = _CONSTANTS[number]
        sources, tensors, safe = [], [], True
        more = () if like is None else (like,)
        for path in paths:
            owner = self
            for part in path[:-1]:
                owner = owner._modules[part]
            store = owner._parameters if path[-1] in owner._parameters else owner._buffers
            tensor = store[path[-1]] if path[-1] in store else getattr(owner, path[-1])
            tensors.append(tensor)
            if (
                store.get(path[-1]) is not tensor
                or type(tensor) not in (torch.Tensor, nn.Parameter)
                or tensor.is_inference()
                or (torch.is_grad_enabled() and tensor.requires_grad)
            ):
                safe = False
            elif safe:
                sources.append((store, path[-1], tensor, tensor._version, tensor.data_ptr()))
        if not safe or _watched() or torch._C._len_torch_dispatch_stack() > 0:
            return compute(*tensors, *more)
        device = (*tensors, *more)[0].device.type
        device = device if torch.amp.is_autocast_available(device) else "cpu"
        with torch.autocast(device, enabled=False), torch.inference_mode(False), torch.no_grad():
            constants = compute(*tensors, *more)
        self.__dict__.setdefault("_kept", {})[number] = sources, constants, kind
        return constants

    def _apply(self, fn, recurse=True):
        self.__dict__.pop("_kept", None)
        return super()._apply(fn, recurse)

    def train(self, mode=True):
        if mode:
            self.__dict__.pop("_kept", None)
        return super().train(mode)

    def _forget(self):
        """Drop what is kept of trained tensors: fused optimizers do not count what they write."""
        kept = {} if self.training else self.__dict__.get("_kept", {})
        for number, (sources, *_) in list(kept.items()):
            if any(source[2].requires_grad for source in sources):
                kept.pop(number, None)

    def __getstate__(self):
        """Everything but what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}
'''
