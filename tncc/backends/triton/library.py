"""What a generated module with kernels carries with it besides torch's library."""

IMPORTS = """
try:
    import triton
    import triton.language as tl
except ImportError as error:
    raise ImportError("this module needs Triton: pip install triton") from error
""".strip("\n").splitlines()

LIBRARY = {
    "_ready": '''
def _ready(rows, *tensors):
    """Whether kernels can serve: all tensors of one of their types on one GPU, and no autocast.

    Under TRITON_INTERPRET=1 they serve without a GPU, but not bfloat16, which Triton's interpreter
    does not know.
    """
    first = tensors[0]
    return (
        0 < rows < 2**31
        and (first.is_cuda or (_INTERPRETED and first.dtype != torch.bfloat16))
        and first.dtype in (torch.float32, torch.float16, torch.bfloat16)
        and not torch.is_autocast_enabled(first.device.type)
        and all(
            tensor.dtype == first.dtype and tensor.device == first.device for tensor in tensors[1:]
        )
    )
''',
    "_device_of": '''
def _device_of(tensor):
    """Where kernels are launched: on the GPU that holds a tensor."""
    return torch.cuda.device(tensor.device) if tensor.is_cuda else contextlib.nullcontext()
''',
}

CONFIGURATIONS = '''
_INTERPRETED = os.environ.get("TRITON_INTERPRET") == "1"


def _configs(*choices):
    """What a kernel is tuned over: the block of rows, warps, and stages of loops, as planned first.

    The interpreter has nothing to tune.
    """
    return [
        triton.Config({"BLOCK": block} if block else {}, num_warps=warps, num_stages=stages)
        for block, warps, stages in choices[: 1 if _INTERPRETED else None]
    ]
'''.strip("\n").splitlines()

NAMES = ("triton", "tl", "os", "_INTERPRETED", "_configs", *LIBRARY)
"""The globals that the file defines for these, besides its kernels and their functions."""
