"""How a generated module reads and registers a tensor under exactly its name, even one that `nn.Module` has itself."""

from tncc.backends.naming import plain, quoted

OWN = frozenset({
    "reset_parameters", "to_dense", "_compute_constants", "_constants", "_kept", "_forget",
    "_tensors",
    "network", "rebuild_", "stored", "from_dense_", "canonical_", "spectrum", "truncate_", "grow_",
    "bond_axes", "hook_", "_bond_hooks", "_hooked_forward", "_unhook", "_become", "_class_for",
    "_origin", "_freeze", "_kernels", "_engines", "_always", "_plain", "_prepare", "_compiled", "_fit", "_packed",
    "run", "_packed_weights", "_places", "_stores", "_pack", "_again", "_generated", "_key", "_place", "_reshape",
    "_differs", "_reached",
})  # fmt: skip
"""What generated classes define beside the methods of `nn.Module`, and what `tncc.layers` adds to them."""

MODULE = frozenset({
    "T_destination", "_apply", "_backward_hooks", "_backward_pre_hooks", "_buffers", "_call_impl",
    "_compiled_call_impl", "_forward_hooks", "_forward_hooks_always_called", "_forward_hooks_with_kwargs",
    "_forward_pre_hooks", "_forward_pre_hooks_with_kwargs", "_get_backward_hooks", "_get_backward_pre_hooks",
    "_get_name", "_is_full_backward_hook", "_load_from_state_dict", "_load_state_dict_post_hooks",
    "_load_state_dict_pre_hooks", "_maybe_warn_non_full_backward_hook", "_modules", "_named_members",
    "_non_persistent_buffers_set", "_parameters", "_register_load_state_dict_pre_hook", "_register_state_dict_hook",
    "_replicate_for_data_parallel", "_save_to_state_dict", "_slow_forward", "_state_dict_hooks",
    "_state_dict_pre_hooks", "_version", "_wrapped_call_impl", "add_module", "apply", "bfloat16", "buffers",
    "call_super_init", "children", "compile", "cpu", "cuda", "double", "dump_patches", "eval", "extra_repr",
    "float", "forward", "get_buffer", "get_extra_state", "get_parameter", "get_submodule", "half", "ipu",
    "load_state_dict", "modules", "mtia", "named_buffers", "named_children", "named_modules", "named_parameters",
    "parameters", "parametrizations", "register_backward_hook", "register_buffer", "register_forward_hook",
    "register_forward_pre_hook", "register_full_backward_hook", "register_full_backward_pre_hook",
    "register_load_state_dict_post_hook", "register_load_state_dict_pre_hook", "register_module",
    "register_parameter", "register_state_dict_post_hook", "register_state_dict_pre_hook", "requires_grad_",
    "set_extra_state", "set_submodule", "share_memory", "state_dict", "to", "to_empty", "train", "training", "type",
    "xpu", "zero_grad",
})  # fmt: skip
"""The attributes of `nn.Module`, which refuses tensors and submodules of these names."""


def taken(name: str) -> bool:
    """Whether an attribute of that name would be something else than the tensor."""
    return name in MODULE or name in OWN or (name.startswith("__") and name.endswith("__"))


def read_code(owner: str, name: str, store: str) -> str:
    """The expression that reads an attribute; `store` is the dict of the module that holds it (`_parameters`)."""
    if taken(name):
        return f"{owner}.{store}[{quoted(name)}]"
    return f"{owner}.{name}" if plain(name) else f"getattr({owner}, {quoted(name)})"
