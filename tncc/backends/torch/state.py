"""The tensors that a generated module holds: a tree of containers after their paths, registration, initialisation."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from tncc.backends.literals import number
from tncc.backends.naming import Names, plain, quoted
from tncc.backends.tensors import standard_deviation, stored_tensors, tensor_remark
from tncc.backends.torch.attributes import read_code, taken
from tncc.backends.wrapping import comment, statement
from tncc.ir.network import Network, Tensor

STORES = {"parameter": "_parameters", "frozen": "_buffers"}


@dataclass(slots=True)
class Container:
    """The root, or a small module that holds a family's members or a layer's tensors."""

    children: dict[str, "Container | Tensor"] = field(default_factory=dict)


def state_tree(network: Network) -> Container:
    """The containers after the tensors' paths."""
    root = Container()
    for tensor in stored_tensors(network):
        place = root
        for part in tensor.path[:-1]:
            below = place.children.setdefault(part, Container())
            if isinstance(below, Tensor):
                raise ValueError(f"`{tensor.name}` is inside of another tensor in the state")
            place = below
        if tensor.path[-1] in place.children:
            raise ValueError(f"two tensors have the path of `{tensor.name}`")
        place.children[tensor.path[-1]] = tensor
    return root


def registration_lines(network: Network, names: Names, indent: str) -> list[str]:
    """The part of `__init__` that makes the tensors."""
    return list(_registered(state_tree(network), "self", "", names, indent))


def _registered(place: Container, owner: str, prefix: str, names: Names, indent: str) -> Iterator[str]:
    """The registrations of a container's children."""
    for name, child in place.children.items():
        if isinstance(child, Tensor):
            yield from comment(tensor_remark(child), indent)
            yield from _tensor_lines(child, owner, name, indent)
            continue
        path = f"{prefix}.{name}" if prefix else name
        local = names.claim(path)
        if taken(name):
            yield f"{indent}{local} = {owner}._modules[{quoted(name)}] = _Tensors()"
        elif plain(name):
            yield f"{indent}{local} = {owner}.{name} = _Tensors()"
        else:
            yield f"{indent}{local} = _Tensors()"
            yield f"{indent}{owner}.add_module({quoted(name)}, {local})"
        yield from _registered(child, local, path, names, indent)


def _tensor_lines(tensor: Tensor, owner: str, name: str, indent: str) -> list[str]:
    """The registration of one tensor."""
    shape = ", ".join(str(axis.size) for axis in tensor.axes) or "()"
    made = f"torch.empty({shape}, **{'complex_options' if tensor.complex else 'options'})"
    is_parameter = tensor.role == "parameter"
    if is_parameter:
        made = f"nn.Parameter({made})"
    if taken(name):
        return statement(f"{owner}.{STORES[tensor.role]}[{quoted(name)}] = ", made, indent)
    if is_parameter and plain(name):
        return statement(f"{owner}.{name} = ", made, indent)
    method = "register_parameter" if is_parameter else "register_buffer"
    return statement("", f"{owner}.{method}({quoted(name)}, {made})", indent)


@dataclass(slots=True)
class Reader:
    """Reads tensors by their attributes, each container once; `lines` is what must stand before.

    They are read in each call, so that what replaces an attribute (parametrizations, pruning, functional calls) works.
    """

    names: Names
    indent: str
    lines: list[str] = field(default_factory=list)
    _owners: dict[tuple[str, ...], str] = field(default_factory=dict)

    def code(self, tensor: Tensor) -> str:
        """The expression that reads a tensor."""
        return read_code(self.owner(tensor.path[:-1]), tensor.path[-1], STORES[tensor.role])

    def owner(self, path: tuple[str, ...]) -> str:
        """The variable of the container with that path."""
        if not path:
            return "self"
        if path not in self._owners:
            above = self.owner(path[:-1])
            local = self.names.claim(".".join(path))
            self.lines.append(f"{self.indent}{local} = {read_code(above, path[-1], '_modules')}")
            self._owners[path] = local
        return self._owners[path]

    def variable(self, tensor: Tensor, repeated: bool) -> str:
        """A tensor as forward uses it: an attribute of the module if that is read once, else a variable."""
        code = self.code(tensor)
        if not repeated and re.fullmatch(r"self\.\w+", code):
            return code
        local = self.names.claim(tensor.name)
        self.lines += statement(f"{local} = ", code, self.indent)
        return local


def reset_lines(network: Network, names: Names, indent: str) -> list[str]:
    """The body of `reset_parameters`."""
    reader = Reader(names, indent)
    for tensor in stored_tensors(network):
        code = reader.code(tensor)
        reader.lines += statement("", initialisation(tensor, code), indent)
    return reader.lines or [f"{indent}pass"]


def initialisation(tensor: Tensor, code: str) -> str:
    """The call that gives a tensor its initial values."""
    kind, arguments = tensor.init.kind, tensor.init.arguments
    match kind:
        case "zeros" | "ones":
            return f"nn.init.{kind}_({code})"
        case "uniform":
            return f"_uniform_({code}, {number(arguments[0])}, {number(arguments[1])})"
        case "eye" | "copy":
            return f"_eye_({code})"
        case "orthogonal":
            return f"_orthogonal_({code}, {int(arguments[0]) if arguments else 1})"
        case _:
            return f"nn.init.normal_({code}, std={number(standard_deviation(tensor))})"
