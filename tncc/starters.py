"""`tncc new`: a commented file that uses a standard topology, to be changed into one's own."""

from pathlib import Path

from tncc.diagnostics.name_kinds import FileNotFound
from tncc.diagnostics.render import compile_error
from tncc.diagnostics.size_kinds import BadOption
from tncc.diagnostics.span import Span
from tncc.elaborate.nearest import rename_hint
from tncc.elaborate.vocabulary import FUNCTION_WORDS
from tncc.reading import STANDARD, read_program, standard_names
from tncc.syntax.parser import parse
from tncc.syntax.tree import Network

HEADER = """\
# {name}: a starting point, made by `tncc new {name} --topology {topology}`. It is yours to change.
#
#   tncc check  {file}                  say what is wrong with it
#   tncc report {file}                  say what it costs, and how that compares with a dense layer
#   tncc compile {file} -o {module}     write a PyTorch module
#
# An index is declared once, with its size; tensors that name the same index are joined by it. An index that the
# left-hand side of an equation does not name is summed. Sizes are arithmetic on the network's parameters, which
# `-p NAME=VALUE` sets.

"""


def starter(name: str, topology: str) -> tuple[Path, str]:
    """The path and the text of a starter file; raises CompileError for a name or a topology that cannot be."""
    stem = Path(name).name.removesuffix(".tn")
    if not stem.isidentifier() or stem in FUNCTION_WORDS:
        place = Span("tncc new", 0, 0, 0, 0)
        hint = "use letters, digits and `_`, and begin with a letter"
        raise compile_error([BadOption(place, f"`{stem}` cannot name a network", hint)])
    topologies = [known.removeprefix(STANDARD) for known in standard_names()]
    wanted = topology.lower()
    if wanted not in topologies:
        hint = rename_hint(wanted, topologies) or f"choose one of {', '.join(topologies)}"
        raise compile_error([FileNotFound(Span("--topology", 0, 0, 0, 0), topology, "topology", hint)])
    _, source = read_program(STANDARD + wanted)
    networks = [item for item in parse(source).module.items if isinstance(item, Network)]
    network_name = "".join(part.capitalize() for part in stem.split("_")) if stem.islower() else stem
    path = Path(name).with_name(f"{stem}.tn")
    header = HEADER.format(name=stem, topology=wanted, file=path, module=path.with_suffix(".py"))
    before = f"network {networks[-1].name.text}("
    return path, header + source.text.replace(before, f"network {network_name}(", 1)
