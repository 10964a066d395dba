"""The functions that a NumPy script may need, as text; those that it does not call are left out."""

LIBRARY = {
    "_delta": '''
def _delta(shape):
    """The tensor that is 1 where the positions along all axes are equal, and 0 elsewhere."""
    positions = np.indices(shape)
    return np.all(positions == positions[:1], axis=0).astype(np.float64)
''',
    "_complex": '''
def _complex(draw, first, second, shape):
    """Complex numbers whose two parts share the variance."""
    return (draw(first, second, shape) + 1j * draw(first, second, shape)) / math.sqrt(2)
''',
    "_orthogonal": '''
def _orthogonal(array, legs):
    """An orthogonal matrix made of random numbers, the first `legs` axes being its rows."""
    matrix = array.reshape(math.prod(array.shape[:legs]), -1)
    wide = matrix.shape[0] < matrix.shape[1]
    factor, triangle = np.linalg.qr(matrix.T if wide else matrix)
    diagonal = np.diagonal(triangle)
    factor = factor * (diagonal / np.abs(diagonal))
    return (factor.T if wide else factor).reshape(array.shape)
''',
    "_gelu": '''
def _gelu(x):
    """The exact GELU."""
    return 0.5 * x * (1.0 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))
''',
    "_silu": '''
def _silu(x):
    """The sigmoid-weighted linear unit."""
    return x * _sigmoid(x)
''',
    "_sigmoid": '''
def _sigmoid(x):
    """The logistic function, which cannot overflow when written like this."""
    return 0.5 * (1.0 + np.tanh(0.5 * x))
''',
    "_softmax": '''
def _softmax(x, axes):
    """Softmax over all these axes jointly."""
    weights = np.exp(x - x.max(axis=axes, keepdims=True))
    return weights / weights.sum(axis=axes, keepdims=True)
''',
    "_layernorm": '''
def _layernorm(x, axes):
    """Layer normalisation over all these axes jointly."""
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + 1e-5)
''',
}
