"""The words of the language that are not grammar: functions, initializers, attributes, parameter types."""

ELEMENTWISE = ("relu", "gelu", "silu", "tanh", "sigmoid", "exp", "log", "sqrt", "abs", "sin", "cos")
"""Functions of a tensor, element by element."""

OVER_KEEPING = ("softmax", "layernorm")
"""Functions over the indices in their brackets, which the result keeps."""

OVER_REMOVING = ("mean", "max", "sum")
"""Functions over the indices in their brackets, which the result has lost."""

COMPREHENSIONS = ("prod", "sum")
"""Functions that take `k in a..b: …`."""

SIZE_FUNCTIONS = ("len", "min", "max", "sum", "prod", "sqrt", "ceil", "floor", "log2", "factor")
"""Functions of compile-time values."""

FUNCTION_WORDS = frozenset(ELEMENTWISE + OVER_KEEPING + OVER_REMOVING + COMPREHENSIONS + SIZE_FUNCTIONS + ("dynamic",))
"""Names that no declaration may take, since they could not be told from the function."""

INITIALIZERS = {"auto": 0, "zeros": 0, "ones": 0, "normal": 1, "uniform": 2, "eye": 0, "orthogonal": 1}
"""How many arguments each initializer takes at most (`orthogonal` may go without)."""

TENSOR_ATTRIBUTES = ("init", "frozen", "copy", "complex")
"""What may stand behind a tensor's axes."""

BOND_ENDS = ("open", "ring")
"""What may stand between a bond's brackets and its colon."""

PARAMETER_TYPES = ("int", "ints", "float", "bool", "str")
"""What a network parameter may be."""
