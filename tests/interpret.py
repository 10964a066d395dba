"""Runs a program directly on numpy arrays, checking every extent on the way."""

import math
from collections.abc import Mapping

import numpy as np

from tests.oracle import EVERY, Array, leading, run_time_sizes, stored
from tncc.ir.extent import extent_at
from tncc.ir.network import Network
from tncc.ir.program import (
    Add,
    AnyInstruction,
    Apply,
    Constant,
    Copy,
    Diagonal,
    Embed,
    Expand,
    Loop,
    Matmul,
    Multiply,
    Permute,
    Program,
    Read,
    Reshape,
    Scale,
    Select,
    Stack,
    Total,
)

NO_SIZES: Mapping[str, int] = {}


def interpret(program: Program, network: Network, tensors: Mapping[str, Array]) -> dict[str, Array]:
    """The outputs of a program, with the leading axes of the inputs given back."""
    lead = leading(network, tensors)
    values = {tensor.name: stored(tensor, tensors, lead) for tensor in network.tensors}
    sizes = run_time_sizes(network, values, math.prod(lead))
    arrays: dict[str, Array] = {}
    for instruction in program.instructions:
        if instruction.name in arrays:
            raise ValueError(f"`{instruction.name}` is written twice")
        shape = tuple(extent_at(extent, sizes) for extent in instruction.shape)
        array = values[instruction.tensor] if isinstance(instruction, Read) else step(instruction, shape, arrays, sizes)
        if array.shape != shape or len(instruction.legs) != len(shape):
            raise ValueError(f"`{instruction.name}` has the shape {array.shape} instead of {shape}")
        if np.iscomplexobj(array) != instruction.complex:
            raise ValueError(f"`{instruction.name}` is not marked as it should be as complex or real")
        arrays[instruction.name] = array
    found = {}
    for result in program.results:
        declared = tuple(extent_at(extent, sizes) for extent in result.shape)
        array = arrays[result.array]
        if array.shape != ((math.prod(lead),) if result.batched else ()) + declared:
            raise ValueError(f"the output `{result.name}` has the shape {array.shape}")
        found[result.name] = array.reshape((*lead, *declared)) if result.batched else array
    return found


def step(
    instruction: AnyInstruction,
    shape: tuple[int, ...],
    arrays: Mapping[str, Array],
    sizes: Mapping[str, int] = NO_SIZES,
) -> Array:
    """One instruction, given its run-time shape and, for the body of a loop, the run-time sizes."""
    match instruction:
        case Read():
            raise ValueError("a tensor is not computed")
        case Constant():
            return np.asarray(instruction.value)
        case Reshape():
            return np.asarray(arrays[instruction.source].reshape(shape))
        case Expand():
            return np.asarray(np.broadcast_to(arrays[instruction.source], shape))
        case Permute():
            return np.asarray(arrays[instruction.source].transpose(instruction.order))
        case Copy():
            return np.ascontiguousarray(arrays[instruction.source])
        case Select():
            return np.asarray(np.take(arrays[instruction.source], instruction.position, axis=instruction.axis))
        case Diagonal(axes=(one, other)):
            return np.asarray(np.diagonal(arrays[instruction.source], 0, one, other))
        case Embed():
            return np.asarray(arrays[instruction.source][..., None] * np.eye(shape[-1]))
        case Matmul():
            return np.asarray(arrays[instruction.left] @ arrays[instruction.right])
        case Multiply() | Add():
            left, right = arrays[instruction.left], arrays[instruction.right]
            if left.ndim != right.ndim or left.ndim != len(shape):
                raise ValueError(f"`{instruction.name}` broadcasts arrays of different ranks")
            if isinstance(instruction, Multiply):
                return np.asarray(left * right)
            return np.asarray(left - right if instruction.negative else left + right)
        case Scale():
            return np.asarray(arrays[instruction.source] * instruction.factor)
        case Stack():
            result = np.zeros(shape)
            places = (slice(None),) * instruction.axis
            for name, position in zip(instruction.parts, instruction.positions, strict=True):
                if arrays[name].shape != shape[: instruction.axis] + shape[instruction.axis + 1 :]:
                    raise ValueError(f"`{instruction.name}` stacks `{name}`, which has the shape {arrays[name].shape}")
                result[(*places, position)] = arrays[name]
            return result
        case Loop():
            parts = [looped(instruction, number, arrays, sizes) for number in range(instruction.count)]
            return np.asarray(sum(parts) if instruction.axis is None else np.concatenate(parts, instruction.axis))
        case Total():
            return np.asarray(arrays[instruction.source].sum(axis=instruction.axes))
        case Apply():
            return EVERY[instruction.function](arrays[instruction.source], instruction.axes)


def looped(loop: Loop, number: int, arrays: Mapping[str, Array], sizes: Mapping[str, int]) -> Array:
    """What the body of a loop gives for one part."""
    own: dict[str, Array] = {}
    for slot in loop.slots:
        whole = arrays[slot.source]
        own[slot.name] = whole if slot.axis is None else np.split(whole, loop.count, slot.axis)[number]
    for instruction in loop.body:
        shape = tuple(extent_at(extent, sizes) for extent in instruction.shape)
        own[instruction.name] = step(instruction, shape, own, sizes)
        if own[instruction.name].shape != shape:
            raise ValueError(f"`{instruction.name}` has the shape {own[instruction.name].shape} instead of {shape}")
    return own[loop.result]
