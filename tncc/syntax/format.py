"""One canonical layout of a `.tn` file, made from its AST and comments alone.

Two spaces a block, one statement a line, lines of at most 100 columns where they can be broken. Operators have a space
on either side, but for those of arithmetic in subscripts and ranges; `**` and `..` never have any. A long expression
breaks before its operators, a long list into one item a line. Two things of the author's layout stay: whether a comment
stands on a line of its own, and single blank lines between statements. Networks and blocks of rules are a blank line
apart.
"""

from collections.abc import Sequence
from itertools import pairwise

from tncc.diagnostics.source import Source
from tncc.syntax import tree
from tncc.syntax.format_layout import INDENT, lay_out
from tncc.syntax.format_parts import Part, pieces_of
from tncc.syntax.format_pieces import Break, Comments, Piece, Place, Remark, end_of, start_of
from tncc.syntax.format_statements import for_head, if_head, network_head, parts_of
from tncc.syntax.parser import parse
from tncc.syntax.tokens import Comment

Statement = tree.Use | tree.Network | tree.Tensorize | tree.Statement | tree.Rule
Block = tree.Network | tree.Tensorize

_END_OF_FILE = (1 << 62, 0)


def format_source(source: Source) -> str:
    """The file in canonical layout; it must parse without diagnostics. Formatting the result changes nothing."""
    parsed = parse(source)
    writer = _Writer(source.text, parsed.comments)
    writer.sequence(parsed.module.items, 0, _END_OF_FILE)
    return "".join(f"{line}\n" for line in writer.lines)


class _Writer:
    def __init__(self, text: str, comments: Sequence[Comment]) -> None:
        self.lines: list[str] = []  # statements, which may be of several lines, and what stands between them
        self.comments = Comments(comments)
        self.blank_before = [0]  # the number of blank lines up to each line of the source
        for line in text.split("\n"):
            self.blank_before.append(self.blank_before[-1] + (not line.strip()))
        self.last = 0  # the line of the source where what was written last ends; 0 at the start of a block

    def sequence(self, nodes: Sequence[Statement], indent: int, stop: Place, moved: Sequence[Comment] = ()) -> None:
        """Statements with the comments before, behind and after them, up to the end of their block.

        `moved` are comments from before the block's brace.
        """
        previous: Statement | None = None
        self.last = 0
        for node in nodes:
            comments = self._behind([*moved, *self.comments.take(start_of(node.span))])
            blanks = self._blanks([comment.span.line for comment in comments] + [node.span.line])
            apart = isinstance(node, Block) or isinstance(previous, Block)
            if previous is not None and apart and not any(blanks):
                blanks[0] = True
            self._remark(comments, blanks, indent)
            self._statement(node, indent, blanks[-1])
            self.last, previous, moved = node.span.end_line, node, ()
        comments = self._behind([*moved, *self.comments.take(stop)])
        self._remark(comments, self._blanks([comment.span.line for comment in comments]), indent)

    def _behind(self, comments: list[Comment]) -> list[Comment]:
        """Write the first comment behind what is already there, if the author did; return the others."""
        if not comments or comments[0].own_line or not self.lines:
            return comments
        self.lines[-1] += f"  {comments[0].text}"
        return comments[1:]

    def _blanks(self, lines: list[int]) -> list[bool]:
        """Whether the author left a blank line before each of these lines, which follow what was written last."""
        return [
            one > 0 and self.blank_before[other - 1] > self.blank_before[one]
            for one, other in pairwise([self.last, *lines])
        ]

    def _remark(self, comments: list[Comment], blanks: list[bool], indent: int) -> None:
        for comment, blank in zip(comments, blanks, strict=False):
            self._line(" " * indent + comment.text, blank)

    def _line(self, text: str, blank: bool = False) -> None:
        if blank:
            self.lines.append("")
        self.lines.append(text)

    def _statement(self, node: Statement, indent: int, blank: bool) -> None:
        match node:
            case tree.Network():
                last = node.name if node.parameters is None else node.parameters
                head = self._head(network_head(node), end_of(last.span), indent, blank)
                self._block(head, node.block, indent)
            case tree.Tensorize(_, name, rules):
                head = self._head([f"tensorize {name.text}"], end_of(name.span), indent, blank)
                self._block(head, rules, indent)
            case tree.ForBlock():
                head = self._head(for_head(node), end_of(node.binders.span), indent, blank)
                self._block(head, node.block, indent)
            case tree.IfBlock():
                self._choices(node, indent, blank)
            case _:
                self._line(lay_out(self._head(parts_of(node), end_of(node.span), indent, blank), indent))

    def _choices(self, node: tree.IfBlock, indent: int, blank: bool) -> None:
        """`if` with its `else if`s and its `else`; comments between `}` and `else` move into the block that follows."""
        head = self._head(if_head(node), end_of(node.condition.span), indent, blank)
        self._block(head, node.block, indent, more=node.otherwise is not None)
        following = node.otherwise
        while following is not None:
            moved = self.comments.take(start_of(following.span))
            if isinstance(following, tree.Block):
                self._block(["} else"], following, indent, moved)
                return
            head, moved = self._else_if(following, moved)
            self._block(head, following.block, indent, moved, more=following.otherwise is not None)
            following = following.otherwise

    def _else_if(self, node: tree.IfBlock, moved: list[Comment]) -> tuple[list[Piece], list[Comment]]:
        """The head of an `else if`, and the comments before its condition if none in the condition holds them back."""
        before: list[Remark] = []
        head = self._pieces(["} else ", *if_head(node)], end_of(node.condition.span), before)
        moved = [*moved, *(remark.comment for remark in before)]
        for piece in head:
            if moved and isinstance(piece, Break) and piece.remarks:
                piece.remarks[:] = [Remark(comment) for comment in (*moved, *(each.comment for each in piece.remarks))]
                return head, []
        return head, moved

    def _head(self, parts: Sequence[Part], stop: Place, indent: int, blank: bool) -> list[Piece]:
        """The pieces of a statement up to `stop`, once the comments that move above it are written."""
        above: list[Remark] = []
        pieces = self._pieces(parts, stop, above)
        if blank:
            self.lines.append("")
        self.lines.extend(" " * indent + remark.comment.text for remark in above)
        return pieces

    def _pieces(self, parts: Sequence[Part], stop: Place, home: list[Remark]) -> list[Piece]:
        self.comments.settle_at(home)
        pieces = pieces_of(parts, self.comments)
        self.comments.stray(stop)
        return pieces

    def _block(
        self,
        head: list[Piece],
        block: tree.Block | tree.Rules,
        indent: int,
        moved: Sequence[Comment] = (),
        *,
        more: bool = False,
    ) -> None:
        """A block behind its head; with `more` to come, its last brace is left to the head of that."""
        stop = end_of(block.span)
        nodes = block.statements if isinstance(block, tree.Block) else block.items
        if not (nodes or moved or more):
            moved = self.comments.take(stop)
            if not moved:
                self._line(lay_out([*head, " {}"], indent))
                return
        self._line(lay_out([*head, " {"], indent))
        self.sequence(nodes, indent + INDENT, stop, moved)
        if not more:
            self._line(" " * indent + "}")
