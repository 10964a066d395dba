"""Files that use one another, as one table of networks: each is parsed once, and cycles are named."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

from tncc.diagnostics import name_kinds as kinds
from tncc.diagnostics.diagnostic import Diagnostic, Failure, Label
from tncc.diagnostics.source import Source
from tncc.elaborate import limits
from tncc.elaborate.advice import Library, completed, export_advice, import_advice
from tncc.elaborate.definition import MISSING, Definition
from tncc.elaborate.names import NameChecker
from tncc.elaborate.rules import RuleBlock, read_rules
from tncc.elaborate.values import unescape
from tncc.syntax import tree
from tncc.syntax.parser import Parsed, parse

Reader = Callable[[str, str], tuple[str, Source]]
"""`read(wanted, importer)`: the key that tells a file from every other, and its text; raises Failure if there is none.

`wanted` is a path as written, or a dotted name such as `std.ring`; `importer` is the key of the file that asks.
"""


@dataclass(slots=True)
class Files:
    """All files read so far; `sources` by the name that diagnostics use, `texts`, `exports` and `rules` by key.

    `read` finds and reads what a `use` asks for, `library` tells what could be asked for.
    `faulty` holds, for each network whose statements can be run, those of them that its names are wrong in, `broken`
    the keys of files with syntax errors.
    """

    read: Reader
    library: Library
    sources: dict[str, Source] = field(default_factory=dict)
    exports: dict[str, dict[str, Definition]] = field(default_factory=dict)
    diagnostics: list[Diagnostic] = field(default_factory=list)
    faulty: dict[int, frozenset[int]] = field(default_factory=dict)
    broken: set[str] = field(default_factory=set)
    docs: dict[str, dict[int, str]] = field(default_factory=dict)
    loading: list[tuple[str, str]] = field(default_factory=list)
    rules: dict[str, dict[str, RuleBlock]] = field(default_factory=dict)
    texts: dict[str, Source] = field(default_factory=dict)

    def load(self, key: str, source: Source) -> dict[str, Definition]:
        """The networks that a file declares, in order; whatever is wrong with it goes to `diagnostics`."""
        if key in self.exports:
            return self.exports[key]
        self.sources[source.name] = self.texts[key] = source
        parsed = parse(source)
        self.diagnostics += parsed.diagnostics
        if parsed.diagnostics:
            self.broken.add(key)
        self.docs[source.name] = documentation(parsed)
        self.loading.append((key, source.name))
        self.exports[key] = self._module(key, source, parsed)
        self.loading.pop()
        return self.exports[key]

    def is_sound(self, definition: Definition) -> bool:
        """Whether nothing was wrong with the definition's text and names."""
        return self.faulty.get(id(definition.node)) == frozenset()

    def faulty_statements(self, definition: Definition) -> frozenset[int] | None:
        """The identities of the statements whose names are wrong; None where nothing of the network can be run."""
        return self.faulty.get(id(definition.node))

    def _module(self, key: str, source: Source, parsed: Parsed) -> dict[str, Definition]:
        known: dict[str, Definition] = {}
        heights: dict[str, int] = {}
        places: dict[str, tree.Name] = {}
        declared: dict[str, Definition] = {}
        below = {item.name.text for item in parsed.module.items if isinstance(item, tree.Network)}
        for item in parsed.module.items:
            if isinstance(item, tree.Use):
                for name, definition in self._use(item, key):
                    self._enter(name, definition, known, places)
                    heights.setdefault(name.text, definition.height)
                continue
            if isinstance(item, tree.Tensorize):
                self._rules(item, key, known, below)
                continue
            # Names are checked before the next network is entered, so that all of them can share one table.
            checker = NameChecker(heights, below, self.library)
            self._check(item, checker, parsed)
            definition = Definition(item, source.name, known, checker.height)
            self._enter(item.name, definition, known, places)
            heights.setdefault(item.name.text, checker.height)
            declared.setdefault(item.name.text, definition)
        return declared

    def _rules(self, item: tree.Tensorize, key: str, known: dict[str, Definition], below: set[str]) -> None:
        """Enter a block of rules; names of blocks are apart from those of networks, and nobody imports them."""
        block, wrong = read_rules(item, known, below, self.library)
        self.diagnostics += wrong
        blocks = self.rules.setdefault(key, {})
        before = blocks.setdefault(item.name.text, block)
        if before is not block:
            label = Label(before.name.span, "named so here first")
            self.diagnostics.append(kinds.DuplicateName(item.name.span, item.name.text, labels=(label,)))

    def _check(self, node: tree.Network, checker: NameChecker, parsed: Parsed) -> None:
        span = node.span
        if any(span.line <= wrong.span.line <= span.end_line for wrong in parsed.diagnostics):
            return  # a statement is missing, so that names would seem unknown which are not
        found = checker.network(node)
        self.diagnostics += found
        if not found or (checker.faulty and checker.runnable):
            self.faulty[id(node)] = frozenset(checker.faulty)

    def _enter(
        self, name: tree.Name, definition: Definition, known: dict[str, Definition], places: dict[str, tree.Name]
    ) -> None:
        if name.text in known and MISSING in (known[name.text].file, definition.file):
            return  # one of the two could not be imported, which is said already
        if name.text in known:
            label = Label(places[name.text].span, "named so here first")
            self.diagnostics.append(kinds.DuplicateName(name.span, name.text, labels=(label,)))
            return
        known[name.text] = definition
        places[name.text] = name

    def _use(self, node: tree.Use, importer: str) -> list[tuple[tree.Name, Definition]]:
        try:
            key, source = self._find(node, importer)
        except Failure as failure:
            self.diagnostics.append(self._advised(failure.diagnostic, node))
            # The names are entered all the same by nobody: layers that use them would only repeat the fault.
            return [(entry.alias or entry.name, _missing(entry.name)) for entry in node.names]
        exports = self.load(key, source)
        if not node.names:
            self.diagnostics.append(kinds.NothingImported(node.span, source.name, completed(node, exports)))
            # Which were meant is not known: layers that use any of them would only repeat the fault.
            return [(one.node.name, _missing(one.node.name)) for one in exports.values()]
        found: list[tuple[tree.Name, Definition]] = []
        for entry in node.names:
            definition = exports.get(entry.name.text)
            if definition is None:
                hint = export_advice(entry, exports, self.library)
                if key not in self.broken:  # else it may well be declared where the file could not be read
                    self.diagnostics.append(kinds.NotExported(entry.name.span, source.name, entry.name.text, hint))
                definition = _missing(entry.name)
            found.append((entry.alias or entry.name, definition))
        return found

    def _advised(self, diagnostic: Diagnostic, node: tree.Use) -> Diagnostic:
        """A missing file's diagnostic with the lines to write, where the standard library has what is asked for."""
        if not isinstance(diagnostic, kinds.FileNotFound):
            return diagnostic
        hint = diagnostic.hint
        own = isinstance(node.source, tree.Text) and node.source.literal.endswith('.tn"')  # the user's, it seems
        lines = import_advice(node, self.library, guess=not own)
        if own and lines and hint:
            lines = f"{hint}, or {lines}"
        return replace(diagnostic, hint=lines or hint)

    def _find(self, node: tree.Use, importer: str) -> tuple[str, Source]:
        match node.source:
            case tree.Path():
                wanted = ".".join(part.text for part in node.source.parts)
            case tree.Text():
                wanted = unescape(node.source)
        try:
            key, source = self.read(wanted, importer)
        except Failure as failure:
            raise Failure(_at(failure.diagnostic, node)) from None
        chain = [name for started, name in self.loading if started == key]
        if chain:
            start = next(i for i, (started, _) in enumerate(self.loading) if started == key)
            names = [name for _, name in self.loading[start:]]
            raise Failure(kinds.ImportCycle(node.source.span, " -> ".join(f"`{name}`" for name in [*names, names[0]])))
        if len(self.loading) >= limits.DEPTH:
            raise Failure(kinds.TooDeep(node.source.span, "imports", limits.DEPTH))
        return key, source


def _at(diagnostic: Diagnostic, node: tree.Use) -> Diagnostic:
    """The same diagnostic with the place of the `use`: whoever reads a file does not know who asks for it."""
    if diagnostic.span.line:
        return replace(diagnostic, labels=(*diagnostic.labels, Label(node.source.span, "imported here")))
    return replace(diagnostic, span=node.source.span)


def _missing(name: tree.Name) -> Definition:
    """Stands for a network that could not be imported, so that its uses are not reported again."""
    empty = tree.Network(name.span, name, None, tree.Block(name.span, ()))
    return Definition(empty, MISSING, {})


def documentation(parsed: Parsed) -> dict[int, str]:
    """The text of `##` comments by the line that they stand directly above."""
    docs: dict[int, list[str]] = {}
    for comment in parsed.comments:
        if not comment.own_line or not comment.text.startswith("##"):
            continue
        line = comment.span.line
        lines = docs.pop(line, [])
        lines.append(comment.text[2:].strip())
        docs[line + 1] = lines
    return {line: "\n".join(lines).strip("\n") for line, lines in docs.items()}
