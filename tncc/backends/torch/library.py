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


CONSTANTS = '''
    def _constants(self, like):
        """What follows from tensors that are not trained: kept until one of these changes.

        Nothing is kept while a compiler or a transform looks on, nor where gradients or inference
        tensors are involved.
        """
        sources = SOURCES
        if (
            torch.compiler.is_compiling()
            or torch._C._are_functorch_transforms_active()
            or any(source.requires_grad or source.is_inference() for source in sources)
        ):
            return self._constants_from(like, *sources)
        versions = [like.dtype, like.device, *(source._version for source in sources)]
        kept = self.__dict__.get("_kept")
        if kept is not None:
            known, known_versions, constants = kept
            same = all(source is before for source, before in zip(sources, known, strict=True))
            if same and versions == known_versions:
                return constants
        kind = like.device.type if torch.amp.is_autocast_available(like.device.type) else "cpu"
        with torch.autocast(kind, enabled=False), torch.inference_mode(False):
            constants = self._constants_from(like, *sources)
        if all(type(constant) is torch.Tensor for constant in constants):
            self.__dict__["_kept"] = sources, versions, constants
        return constants
'''

STATE = '''
    def __getstate__(self):
        """Everything but what can be computed again."""
        return {name: value for name, value in self.__dict__.items() if name != "_kept"}
'''
