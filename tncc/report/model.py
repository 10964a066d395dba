"""The report that users get: fields for scripts, and the same said in text and in Markdown."""

from tncc.report.contents import compose
from tncc.report.fields import ReportFields
from tncc.report.markdown import render_markdown
from tncc.report.terminal import render_text


class Report(ReportFields):
    """What a network costs, beside the dense layer and the low-rank pair; `model_dump_json()` has every number."""

    def text(self, width: int = 100, colour: bool = False) -> str:
        """Tables for a terminal of that many columns, with ANSI colours only where asked for."""
        return render_text(compose(self), width, colour)

    def markdown(self) -> str:
        """The same as Markdown with tables."""
        return render_markdown(compose(self))
