"""Helps that say what to write: written so, the program is right."""

import re

import pytest

from tests.elaborate.run import codes, elaborate
from tncc.reading import standard_names, standard_networks


def helps(text: str) -> list[str | None]:
    """The helps of all that is wrong with a program."""
    return [diagnostic.help for diagnostic in elaborate(text)[1]]


def test_every_file_of_the_library_is_known() -> None:
    assert set(standard_networks().values()) == set(standard_names())


@pytest.mark.parametrize("name", standard_networks())
def test_the_line_that_imports_a_network(name: str) -> None:
    program = f"network N() {{\n tensor A[2]\n layer f = {name}()\n output y = 1\n}}"
    (advice,) = (entry for entry in helps(program) if entry and "above this network" in entry)
    found = re.fullmatch(r"write `(.*)` above this network", advice)
    assert found is not None
    assert "TN105" not in codes(f"{found[1]}\n{program}")
    (wrong,) = (entry for entry in helps(f"use std: {name} as M\n{program.replace(name, 'M')}") if entry)
    assert wrong == f"write `{found[1]} as M`"


def test_a_network_at_hand_is_nearer_than_the_library() -> None:
    program = "network Mopo() {{ output y = 1 }}\nnetwork N() {{ layer f = {}()\n output y = 1 }}"
    assert helps(program.format("Mopoo"))[0] == "rename to `Mopo`"
    assert helps(program.format("MPO"))[0] == "write `use std.mpo: MPO` above this network"


def test_nearly_the_name_of_a_file_of_ones_own_is_no_network_of_the_library() -> None:
    program = "use {}: Tre\nnetwork N() {{ output y = 1 }}"
    assert helps(program.format("std"))[0] == "write `use std.tree: Tree`"
    assert helps(program.format('"nowhere.tn"'))[0] == "give its path as seen from the folder of this file"
    many = ", ".join(f"Tre as T{k}" for k in range(100))
    assert (helps(program.format("std").replace("Tre", many))[0] or "").startswith("write `use std.block_term: ")


def test_only_what_could_stand_there_is_proposed() -> None:
    program = "network N(size: int = 2) {{\n index site: 2\n tensor sites[site]\n {}\n}}"
    assert helps(program.format("output y = sitess"))[0] == "rename to `sites`"
    assert helps(program.format("output y[sitess] = sites"))[0] == "rename to `site`"
    assert helps(program.format("let n = sitess\n output y = sites"))[0] == "rename to `size`"


def test_no_nearest_name_is_looked_for_where_very_much_is_wrong() -> None:
    lines = "\n".join(f" layer f{k} = Netz{k}()" for k in range(200))
    found = helps(f"network Netz() {{ output y = 1 }}\nnetwork N() {{\n{lines}\n output y = 1 }}")
    assert found[0] == "rename to `Netz`"
    assert found[199] == "declare it above, or import it with `use`"
