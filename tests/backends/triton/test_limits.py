"""What has no kernels is told before anything is written."""

import pytest

import tncc

DYNAMIC = """network Long {
  index t: dynamic(8);  index d: 3;  index e: 2
  input x[..., t, d]
  tensor A[d, e]
  output y[..., t, e] = x * A
}"""
COMPLEX = """network Phases {
  index d: 3;  index e: 2
  input x[..., d]
  tensor A[d, e] complex
  output y[..., e] = x * A
}"""


@pytest.mark.parametrize(("text", "code", "line"), [(DYNAMIC, "TN321", 2), (COMPLEX, "TN320", 4)])
def test_a_diagnostic_points_at_the_declaration(text: str, code: str, line: int) -> None:
    compiled = tncc.compile_text(text, batch=(8,))
    with pytest.raises(tncc.CompileError) as error:
        compiled.source("triton")
    (diagnostic,) = error.value.diagnostics
    assert (diagnostic.code, diagnostic.span.line) == (code, line)
    assert "--target torch" in (diagnostic.help or "")
    assert "^" in str(error.value)
    compile(compiled.source("torch"), "torch", "exec")
