"""The functions that run a kernel: its steps once, for each tile of rows, and at the end, on any number of threads."""

from collections import Counter
from collections.abc import Mapping, Sequence

from tncc.backends.c.anchoring import anchored
from tncc.backends.c.kernel import Kernel
from tncc.backends.c.naming import Caller
from tncc.backends.c.notation import INDENT, Names, added
from tncc.backends.c.panels import PANELS
from tncc.backends.c.parts import Function
from tncc.backends.c.printing import adds, step_function, symbols_of, written_by
from tncc.backends.c.sharing import Share, share_of
from tncc.backends.c.steps import Step
from tncc.backends.c.storage import Sum
from tncc.ir.extent import product
from tncc.ir.network import BATCH
from tncc.ir.phases import has_rows
from tncc.ir.program import ROWS

STEP = "tncc_step"
"""What stands for the name of a step's function, until it is known that there is none like it."""

TILE = {ROWS: "count"}
"""The rows inside a tile."""


def kernel_functions(name: str, one: Kernel, who: Caller, kept: bool, known: dict[str, str]) -> list[Function]:
    """The steps of a kernel as functions, and what runs them: `name`, and `name_pack` where constants are kept.

    `known` has the functions of steps that the file has already, by their text: steps alike share one.
    """
    found: list[Function] = []
    calls: dict[str, list[str]] = {"pack": [], "once": [], "each": [], "last": []}
    within = dict.fromkeys(calls, who.symbols) | {"each": {**who.symbols, **TILE}}
    if one.capacity is None:
        within["each"] = who.symbols
    fresh = written_first(one)
    for phase, steps in (("pack", one.pack), ("once", one.once), ("each", one.each), ("last", one.last)):
        names = Names(within[phase])
        at = addresses(one, who, names)
        for number, step in enumerate(steps):
            freed, anchors = anchored(step)
            in_tile = phase == "each" and one.capacity is not None
            # What is too little work for one row stays whole: tiles of several rows are shared themselves.
            share = share_of(freed, dict(one.planned) | ({BATCH: 1} if in_tile else {}), in_tile)
            made = step_function(STEP, freed, anchors, who.symbols, share)
            function = known.setdefault("\n".join(made.lines), f"{name}_{phase}{number}")
            if function == f"{name}_{phase}{number}":
                comment = comment_of(step)
                found.append(made.named(STEP, function).after(*([f"/* {comment} */"] if comment else [])))
            written = set(written_by(step))
            own = [within[phase][symbol] for symbol in symbols_of(freed) if symbol in who.symbols]
            own += ["tile > low" if written <= fresh else "1"] if adds(step) else []
            begin = [added(at[anchor.buffer], sum_code(anchor.offset, names)) for anchor in anchors.values()]
            crew = {"pack": "1", "each": "parts" if in_tile else "threads"}.get(phase, "threads")
            calls[phase].append(call_of(function, [*begin, *own], condition(step, one), share, names, crew))
    if kept:
        found.append(pack_function(name, who, calls["pack"]))
    return [*found, *run_functions(name, one, who, calls)]


def call_of(
    function: str, arguments: Sequence[str], when: str, share: Share | None, names: Names, crew: str = "threads"
) -> str:
    """The call of a step; where it is one that threads share, by each of a `crew` of them for its part."""
    if share is None:
        return f"{when}{function}({', '.join(arguments)});"
    extent, grain = names.number(share.extent), str(share.grain)
    if share.loop == PANELS:
        extent = f"TNCC_CEIL({extent}, TNCC_COLUMNS({extent}))"
    if crew == "1":
        return f"{when}{function}({', '.join([*arguments, '0', extent])});"
    call = f"{when}{function}({', '.join([*arguments, *part_of(extent, grain, crew)])});"
    return f"TNCC_SHARED({crew}) for (int part = 0; part < {crew}; ++part) {call}"


def part_of(extent: str, grain: str, crew: str) -> tuple[str, str]:
    """From where to where `part` of a crew goes, `grain` positions staying together."""
    return f"tncc_part({extent}, {grain}, part, {crew})", f"tncc_part({extent}, {grain}, part + 1, {crew})"


def written_first(one: Kernel) -> set[str]:
    """The totals that the first tile writes before others add to them: those that one step of a tile makes."""
    if one.capacity is None:
        return set()
    makers = Counter(name for step in one.each for name in set(written_by(step)))
    return {name for step in one.each if adds(step) for name in written_by(step) if makers[name] == 1} & set(one.totals)


def condition(step: Step, one: Kernel) -> str:
    """What a step depends on that makes a result which callers may do without: a stored tensor's gradient."""
    for name in written_by(step):
        number = int(name.removeprefix("result ")) if one.regions[name] == "result" else -1
        if number >= 0 and not one.results[number].batched:
            return f"if (out{number}) "
    return ""


def comment_of(step: Step) -> str:
    """The array that a step makes, made safe to stand in a comment."""
    text = getattr(step, "comment", "")
    return "".join(c if c.isascii() and c.isprintable() and c not in "*\\?" else "_" for c in text)


def addresses(one: Kernel, who: Caller, names: Names) -> dict[str, str]:
    """The address of each array."""
    given = list(inputs_of(one, who))
    found = {}
    for name, region in one.regions.items():
        match region:
            case "input":
                found[name] = f"in{given.index(name)}"
            case "weight":
                found[name] = f"weights->{who.stored[name.removeprefix('given ')]}"
            case "result":
                found[name] = f"out{name.removeprefix('result ')}"
            case "total" if one.capacity is not None:
                found[name] = total_name(one, name)
            case _:
                offset = sum_code(one.places.get(name, (0,)), names)
                found[name] = region if offset == "0" else f"{region} + {offset}"
    return found


def total_name(one: Kernel, name: str) -> str:
    """The variable that points to what tiles add up."""
    return f"total{list(one.totals).index(name)}"


def inputs_of(one: Kernel, who: Caller) -> list[str]:
    """The arguments that are no stored tensors, in order."""
    return [name for name in one.arguments if name not in who.stored]


def sum_code(terms: Sum, names: Names) -> str:
    """A number of elements."""
    return " + ".join(names.number(term) for term in terms if term != 0) or "0"


def sizes_parameters(who: Caller) -> list[str]:
    """The parameters for run-time sizes, the rows first."""
    return [f"const ptrdiff_t {name}" for name in who.symbols.values()]


def pack_function(name: str, who: Caller, calls: Sequence[str]) -> Function:
    """What is done once for all calls."""
    head = f"TNCC_INNER void {name}_pack(const {who.stem}_weights *weights, real *constant, real *scratch)"
    unused = f"{INDENT}(void)weights, (void)constant, (void)scratch;"
    return Function((), (head,), ("{", *(f"{INDENT}{call}" for call in calls), unused, "}"))


def run_functions(name: str, one: Kernel, who: Caller, calls: Mapping[str, Sequence[str]]) -> list[Function]:
    """One call: `shared` has room for what all threads read, `space` for each thread's scratch memory and totals."""
    names = Names(who.symbols)
    tiled = one.capacity is not None and bool(calls["each"])
    each = _shared_tiles(name, one, who) if tiled else _block(one, who, calls["each"])
    body = (
        "{",
        _own(one, names),
        *_block(one, who, calls["once"]),
        *each,
        *_last(one, who, calls, names),
        _unused(who, "own", "threads"),
        "}",
    )
    run = Function((), _head(f"TNCC_INNER void {name}", who, "const int threads"), body)
    return [*([tiles_function(name, one, who, calls["each"])] if tiled else []), run]


def _head(name: str, who: Caller, *more: str) -> tuple[str, ...]:
    """The head of what runs a kernel, with some parameters more."""
    return (
        f"{name}({', '.join(sizes_parameters(who))}, const real *const *in,",
        f"{INDENT}const {who.stem}_weights *weights, real *constant, real *const *out, real *shared, real *space,",
        f"{INDENT}{', '.join(more)})",
    )


def _own(one: Kernel, names: Names) -> str:
    """What each thread has for itself."""
    scratch, total = (sum_code(one.sizes.get(region, (0,)), names) for region in ("scratch", "total"))
    return f"{INDENT}const ptrdiff_t own = {scratch} + {total};"


def _unused(who: Caller, *more: str) -> str:
    """What keeps compilers from complaining about what a kernel has no use for."""
    unused = ["weights", "constant", "shared", "in", "out", "space", *more, *who.symbols.values()]
    return f"{INDENT}{', '.join(f'(void){word}' for word in unused)};"


def _pointers(one: Kernel, who: Caller, first: str, indent: str) -> list[str]:
    """The caller's arrays, from a row on."""
    names = Names(who.symbols)
    lines = []
    for number, name in enumerate(inputs_of(one, who)):
        shape = one.arguments[name]
        start = f" + {first} * {names.number(product(*shape[1:]))}" if first and has_rows(shape) else ""
        lines.append(f"{indent}const real *in{number} = in[{number}]{start};")
    for number, result in enumerate(one.results):
        start = f" + {first} * {names.number(product(*result.shape))}" if first and result.batched else ""
        lines.append(f"{indent}real *out{number} = out[{number}]{start};")
    pointers = [f"in{n}" for n in range(len(inputs_of(one, who)))] + [f"out{n}" for n in range(len(one.results))]
    return [*lines, f"{indent}{', '.join(f'(void){pointer}' for pointer in pointers)};"] if pointers else lines


def _total_pointers(one: Kernel, who: Caller, me: str, indent: str) -> list[str]:
    """Where a thread adds up: the first one in the results themselves, which are not there if nobody wants them."""
    names = Names(who.symbols)
    lines = []
    for name in one.totals:
        place = f"total + {sum_code(one.places[name], names)}"
        if name in one.sums:
            result = f"out[{one.sums[name].removeprefix('result ')}]"
            place = f"{result} ? {result} : {place}" if me == "0" else f"{me} || !{result} ? {place} : {result}"
        lines.append(f"{indent}real *const {total_name(one, name)} = {place};")
    return lines


def _block(one: Kernel, who: Caller, calls: Sequence[str]) -> list[str]:
    """Calls in a block with all pointers."""
    if not calls:
        return []
    deep = INDENT * 2
    tiled = one.capacity is not None and bool(one.totals)
    return [
        f"{INDENT}{{",
        f"{deep}real *scratch = space, *total = space + own - ({_totals(one, who)});",
        *(_total_pointers(one, who, "0", deep) if tiled else []),
        *_pointers(one, who, "", deep),
        *(f"{deep}{call}" for call in calls),
        f"{deep}(void)scratch, (void)total;",
        *(f"{deep}(void){total_name(one, name)};" for name in one.totals if tiled),
        f"{INDENT}}}",
    ]


def _totals(one: Kernel, who: Caller) -> str:
    return sum_code(one.sizes.get("total", (0,)), Names(who.symbols))


def _shared_tiles(name: str, one: Kernel, who: Caller) -> list[str]:
    """Tiles for all threads, or one tile that they share step by step: there is nobody else to do it."""
    given = ", ".join([*who.symbols.values(), "in, weights, constant, out, shared, space, most"])
    return [
        f"{INDENT}const ptrdiff_t share = (rows + threads - 1) / threads;",
        f"{INDENT}const ptrdiff_t most = share < {one.capacity} ? (share > 1 ? share : 1) : {one.capacity};",
        f"{INDENT}const ptrdiff_t tiles = (rows + most - 1) / most;",
        f"{INDENT}const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;",
        f"{INDENT}if (crew > 1) {{",
        f"{INDENT * 2}TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) {name}_tiles({given}, me, crew, 1);",
        f"{INDENT}}} else",
        f"{INDENT * 2}{name}_tiles({given}, 0, 1, threads);",
    ]


def tiles_function(name: str, one: Kernel, who: Caller, calls: Sequence[str]) -> Function:
    """The tiles of one of a crew of threads, one after the other, each step of them in so many parts at once.

    Every thread adds up by itself, so that sums are repeatable.
    """
    names = Names(who.symbols)
    deep = INDENT * 2
    fresh = written_first(one)
    scratch = sum_code(one.sizes.get("scratch", (0,)), names)
    zeros = [
        f"{INDENT}{'if (low == high) ' if name in fresh else ''}"
        f"memset({total_name(one, name)}, 0, (size_t)({names.number(size)}) * sizeof(real));"
        for name, size in one.totals.items()
    ]
    more = ("const ptrdiff_t most", "const int me", "const int crew", "const int parts")
    body = (
        "{",
        _own(one, names),
        f"{INDENT}const ptrdiff_t tiles = (rows + most - 1) / most;",
        f"{INDENT}const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;",
        f"{INDENT}real *scratch = space + me * own, *total = scratch + {scratch};",
        *_total_pointers(one, who, "me", INDENT),
        *zeros,
        f"{INDENT}for (ptrdiff_t tile = low; tile < high; ++tile) {{",
        f"{deep}const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;",
        *_pointers(one, who, "first", deep),
        *(f"{deep}{call}" for call in calls),
        f"{deep}(void)count;",
        f"{INDENT}}}",
        _unused(who, "scratch", "total", "parts"),
        "}",
    )
    return Function((), _head(f"TNCC_STEP void {name}_tiles", who, *more), body)


def _last(one: Kernel, who: Caller, calls: Mapping[str, Sequence[str]], names: Names) -> list[str]:
    """The threads' totals added up in order, each thread some of the numbers, then what follows from them."""
    sums = []
    deep, deeper, deepest = (INDENT * depth for depth in (2, 3, 4))
    for name, size in one.totals.items() if one.capacity is not None else ():
        own = ", ".join(part_of(names.number(size), "16", "threads"))
        sums.append(f"tncc_add({total_name(one, name)}, more + {sum_code(one.places[name], names)}, {own});")
    if sums:
        sums = [
            f"{INDENT}if (crew > 1) {{",
            f"{deep}real *total = space + own - ({_totals(one, who)});",
            *_total_pointers(one, who, "0", deep),
            f"{deep}TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)",
            f"{deeper}for (int other = 1; other < crew; ++other) {{",
            f"{deepest}const real *more = total + other * own;",
            *(deepest + line for line in sums),
            f"{deeper}}}",
            f"{INDENT}}}",
        ]
    return [*sums, *_block(one, who, calls["last"])]
