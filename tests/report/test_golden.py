"""The reports as people read them, kept as files; `--update-golden` writes them anew."""

from pathlib import Path

import pytest

from tests.report.networks import feed_forward, report_on, three_sites
from tncc.ir.network import Network

FOLDER = Path(__file__).parent / "golden"
NETWORKS = {"mpo": three_sites(), "oversized": three_sites(chi=200), "feed_forward": feed_forward()}
WIDTH = 100


@pytest.mark.parametrize("form", ["txt", "md", "json"])
@pytest.mark.parametrize("name", NETWORKS)
def test_the_report_reads_as_before(name: str, form: str, request: pytest.FixtureRequest) -> None:
    written = render(NETWORKS[name], form)
    path = FOLDER / f"{name}.{form}"
    if request.config.getoption("--update-golden", default=False):
        path.parent.mkdir(exist_ok=True)
        path.write_text(written, encoding="utf-8")
    assert written == path.read_text(encoding="utf-8")


def test_every_file_belongs_to_a_case() -> None:
    cases = {f"{name}.{form}" for name in NETWORKS for form in ("txt", "md", "json")}
    assert {path.name for path in FOLDER.iterdir()} == cases


def render(network: Network, form: str) -> str:
    """A report in one of its forms."""
    report = report_on(network)
    match form:
        case "txt":
            return report.text(WIDTH)
        case "md":
            return report.markdown()
        case _:
            return report.model_dump_json(indent=1) + "\n"
