"""From a network and its schedules to the report on them."""

from math import prod

from tncc.ir.linearity import linear_map
from tncc.ir.network import BATCH, Network, views
from tncc.ir.plan import Figures
from tncc.ir.schedule import Schedule, Step
from tncc.ir.variance import output_std
from tncc.report.compare import dense_layer, low_rank_pair
from tncc.report.expression import expression
from tncc.report.fields import IndexUse, Plan, PlanStep
from tncc.report.find_warnings import find_warnings
from tncc.report.model import Report


def build_report(
    network: Network, schedules: tuple[Schedule, ...], figures: tuple[Figures, ...], thresholds: tuple[int, ...] = ()
) -> Report:
    """The report on a network as elaborated, before passes, with the figures of each schedule's programs."""
    plans = tuple(_plan(schedule, one) for schedule, one in zip(schedules, figures, strict=True))
    parameter_count = sum(
        prod(axis.size for axis in tensor.axes) for tensor in network.tensors if tensor.role == "parameter"
    )
    shape = linear_map(network)
    batched = shape is not None and network.inputs[0].axes[:1] and network.inputs[0].axes[0].indices == (BATCH,)
    rows = tuple(plan.rows if batched else 1 for plan in plans)
    dense = None if shape is None else dense_layer(shape, rows)
    std = output_std(network)
    return Report(
        network=network.name,
        file=network.file,
        values=dict(network.values),
        parameter_count=parameter_count,
        output_std=std,
        dense=dense,
        low_rank=None if shape is None else low_rank_pair(shape, rows, parameter_count),
        plans=plans,
        thresholds=thresholds,
        indices=_indices(network),
        warnings=find_warnings(network, plans, dense, parameter_count, std),
    )


def _plan(schedule: Schedule, figures: Figures) -> Plan:
    numbers = {step.operation.name: number for number, step in enumerate(schedule.steps)}
    return Plan(
        rows=schedule.rows,
        flops=sum(step.flops for step in schedule.steps),
        backward_flops=sum(step.backward_flops for step in schedule.steps),
        bytes_moved=sum(step.bytes_moved for step in schedule.steps),
        peak_bytes=figures.peak_bytes,
        saved_bytes=figures.saved_bytes,
        training_peak_bytes=figures.training_peak_bytes,
        kept_bytes=figures.kept_bytes,
        predicted_us=rounded(figures.predicted_us),
        inference_us=rounded(figures.inference_us),
        training_us=None if figures.training_us is None else rounded(figures.training_us),
        variant=figures.variant,
        steps=tuple(_step(number, step, numbers) for number, step in enumerate(schedule.steps)),
    )


def rounded(microseconds: float) -> float:
    """Four digits: more of them would say more than a prediction can."""
    return float(f"{microseconds:.4g}")


def _step(number: int, step: Step, numbers: dict[str, int]) -> PlanStep:
    operands = [view.value for view in views(step.operation)]
    return PlanStep(
        index=number,
        operands=tuple(f"#{numbers[name]}" if ":" in name and name in numbers else name for name in operands),
        expression=expression(step.operation),
        flops=step.flops,
        bytes_moved=step.bytes_moved,
        output_size=step.output_size,
        source_line=step.span.line or None,
    )


def _indices(network: Network) -> tuple[IndexUse, ...]:
    """The indices with the tensors that carry them, as declared or in a use; the leading axes have no size to tell."""
    order = {tensor.name: number for number, tensor in enumerate(network.tensors)}
    carriers: dict[str, set[str]] = {index.name: set() for index in network.indices}
    for tensor in network.tensors:
        for name in (name for axis in tensor.axes for name in axis.indices):
            carriers[name].add(tensor.name)
    for operation in network.operations:
        for view in views(operation):
            for name in view.indices if view.value in order else ():
                carriers[name].add(view.value)
    return tuple(
        IndexUse(
            name=index.name,
            kind="bond" if index.kind == "bond" else "index",
            size=index.size,
            tensors=tuple(sorted(carriers[index.name], key=order.__getitem__)),
        )
        for index in network.indices
        if index.kind != "batch"
    )
