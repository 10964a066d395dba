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
    "_placed": '''
def _placed(parts, axis, size, positions):
    """Arrays at some positions of a new axis, zero at the others."""
    shape = (*parts[0].shape[:axis], size, *parts[0].shape[axis:])
    result = np.zeros(shape)
    result[(slice(None),) * axis + (list(positions),)] = np.stack(parts, axis)
    return result
''',
    "_gelu_slope": '''
def _gelu_slope(x):
    """The slope of the exact GELU."""
    below = 0.5 * (1.0 + np.vectorize(math.erf, otypes=[np.float64])(x / math.sqrt(2)))
    return below + x * np.exp(-0.5 * x * x) / math.sqrt(2 * math.pi)
''',
    "_silu_slope": '''
def _silu_slope(x):
    """The slope of silu."""
    return _sigmoid(x) * (1.0 + x * (1.0 - _sigmoid(x)))
''',
    "_tanh_slope": '''
def _tanh_slope(result):
    """The slope of tanh where that is its result."""
    return 1.0 - result * result
''',
    "_sigmoid_slope": '''
def _sigmoid_slope(result):
    """The slope of sigmoid where that is its result."""
    return result * (1.0 - result)
''',
    "_sqrt_slope": '''
def _sqrt_slope(result):
    """The slope of the square root where that is its result."""
    return 0.5 / result
''',
    "_cos_slope": '''
def _cos_slope(x):
    """The slope of the cosine."""
    return -np.sin(x)
''',
    "_reciprocal_slope": '''
def _reciprocal_slope(result):
    """The slope of the reciprocal where that is its result."""
    return -result * result
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
    "_layernorm_scale": '''
def _layernorm_scale(x, axes):
    """What layer normalisation multiplies by: one over the standard deviation, 1e-5 added to its square."""
    return 1.0 / np.sqrt(x.var(axis=axes) + 1e-5)
''',
    "_layernorm": '''
def _layernorm(x, axes):
    """Layer normalisation over all these axes jointly."""
    centred = x - x.mean(axis=axes, keepdims=True)
    return centred / np.sqrt((centred * centred).mean(axis=axes, keepdims=True) + 1e-5)
''',
}
