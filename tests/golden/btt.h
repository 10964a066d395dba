// ## Block tensor-train: two block-diagonal maps with a shuffle between them. At chi = 1 and square sizes, Monarch.
// network BTT(a: int = 16, b: int = 32, c: int = 32, d: int = 16, chi: int = 2) {
//   index p: a;  index q: b;  index u: c;  index v: d
//   bond  s: chi
//   input  x[..., (p q)]
//   tensor L[q, p, u, s]
//   tensor R[u, q, s, v]
//   output y[..., (u v)] = x * L * R
// }

/*
 * BTT, compiled from btt.tn by tncc 0.1.0, for 1, 32 rows.
 *
 * Block tensor-train: two block-diagonal maps with a shuffle between them. At chi = 1 and square sizes, Monarch.
 *
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp
 * -c FILE.c (OpenMP or not).
 *
 * All arrays are row-major, of float, stored tensors of float32, and the caller's;
 * none may overlap one that is written. `rows` is the product of all leading axes, 0 or more; each input and
 * output with leading axes has so many rows.
 * Input x: (..., 512)
 * Output y: (..., 512)
 *
 * Arrays may lie anywhere that the type's alignment allows; 64-byte boundaries are fastest. `workspace` is
 * scratch memory of BTT_workspace_bytes(rows, ..., threads) bytes or more, for one call at a time.
 * Nothing is allocated and nothing kept: calls on different workspaces may run at once. `threads`, 1 or more,
 * is how many threads share the rows; for each number of them, results are the same in every run.
 */
#ifndef TNCC_BTT_H
#define TNCC_BTT_H
#include <stddef.h>
#include <stdint.h>

typedef float BTT_real;
typedef BTT_real BTT_stored;

/* The stored tensors, row-major, each with its axes as declared. */
typedef struct {
    const BTT_stored *L; /* L: (32, 16, 32, 2) */
    const BTT_stored *R; /* R: (32, 32, 2, 16) */
} BTT_weights;

/* Where the gradients of the stored tensors go, row-major; NULL for one that is not wanted. */
typedef struct {
    BTT_real *L; /* L: (32, 16, 32, 2) */
    BTT_real *R; /* R: (32, 32, 2, 16) */
} BTT_gradients;

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of packed weights. */
size_t BTT_packed_bytes(void);

/* The bytes that any function of this file needs as its workspace. */
size_t BTT_workspace_bytes(const int64_t rows, const int threads);

/* Packs the weights for BTT_forward, into memory of BTT_packed_bytes() bytes.
   The workspace may be that of a call without rows. */
void BTT_pack(const BTT_weights *weights, BTT_real *packed, void *workspace);

/* The outputs, from weights that BTT_pack has packed. */
void BTT_forward(const int64_t rows, const BTT_real *x, const BTT_real *packed, BTT_real *y, void *workspace,
    const int threads);

/* The outputs, from the weights as they are: for weights that change from call to call. */
void BTT_apply(const int64_t rows, const BTT_real *x, const BTT_weights *weights, BTT_real *y, void *workspace,
    const int threads);

/* The gradients of a loss, given those with respect to the outputs (d_ before their names). What it needs
   of the forward pass is computed again, tile by tile. Gradients are written, not added to. */
void BTT_backward(const int64_t rows, const BTT_real *x, const BTT_weights *weights, const BTT_real *d_y,
    BTT_real *d_x, const BTT_gradients *gradients, void *workspace, const int threads);

#ifdef __cplusplus
}
#endif
#endif
