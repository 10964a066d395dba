"""The Triton back end: a program's arrays become fused kernels, and these a module that launches them."""
