// ## Matrix product operator (tensor-train matrix) in place of a dense linear layer.
// network MPO(ins: ints = (8, 8, 12), outs: ints = (12, 16, 16), chi: int = 16) {
//   let n = len(ins)
//   require len(outs) == n, "one output size per site"
//
//   index i[k in 0..n]: ins[k]
//   index o[k in 0..n]: outs[k]
//   bond  r[k in 1..n] open: chi
//
//   input  x[..., (i[*])]
//   tensor A[k in 0..n][r[k], i[k], o[k], r[k+1]]
//   tensor bias[(o[*])] init zeros
//
//   output y[..., (o[*])] = x * A[*] + bias
// }

/*
 * MPO, compiled from mpo.tn by tncc 0.1.0, for 1, 32 rows.
 *
 * Matrix product operator (tensor-train matrix) in place of a dense linear layer.
 *
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp
 * -c FILE.c (OpenMP or not).
 *
 * All arrays are row-major, of float, stored tensors of float32, and the caller's;
 * none may overlap one that is written. `rows` is the product of all leading axes, 0 or more; each input and
 * output with leading axes has so many rows.
 * Input x: (..., 768)
 * Output y: (..., 3072)
 *
 * Arrays may lie anywhere that the type's alignment allows; 64-byte boundaries are fastest. `workspace` is
 * scratch memory of MPO_workspace_bytes(rows, ..., threads) bytes or more, for one call at a time.
 * Nothing is allocated and nothing kept: calls on different workspaces may run at once. `threads`, 1 or more,
 * is how many threads share the rows; for each number of them, results are the same in every run.
 */
#ifndef TNCC_MPO_H
#define TNCC_MPO_H
#include <stddef.h>
#include <stdint.h>

typedef float MPO_real;
typedef MPO_real MPO_stored;

/* The stored tensors, row-major, each with its axes as declared. */
typedef struct {
    const MPO_stored *A_0; /* A[0]: (8, 12, 16) */
    const MPO_stored *A_1; /* A[1]: (16, 8, 16, 16) */
    const MPO_stored *A_2; /* A[2]: (16, 12, 16) */
    const MPO_stored *bias; /* bias: (3072,) */
} MPO_weights;

/* Where the gradients of the stored tensors go, row-major; NULL for one that is not wanted. */
typedef struct {
    MPO_real *A_0; /* A[0]: (8, 12, 16) */
    MPO_real *A_1; /* A[1]: (16, 8, 16, 16) */
    MPO_real *A_2; /* A[2]: (16, 12, 16) */
    MPO_real *bias; /* bias: (3072,) */
} MPO_gradients;

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of packed weights. */
size_t MPO_packed_bytes(void);

/* The bytes that any function of this file needs as its workspace. */
size_t MPO_workspace_bytes(const int64_t rows, const int threads);

/* The bytes that MPO_forward_saving saves; they may be none. */
size_t MPO_saved_bytes(const int64_t rows);

/* Packs the weights for MPO_forward, into memory of MPO_packed_bytes() bytes.
   The workspace may be that of a call without rows. */
void MPO_pack(const MPO_weights *weights, MPO_real *packed, void *workspace);

/* The outputs, from weights that MPO_pack has packed. */
void MPO_forward(const int64_t rows, const MPO_real *x, const MPO_real *packed, MPO_real *y, void *workspace,
    const int threads);

/* The outputs, from the weights as they are: for weights that change from call to call. */
void MPO_apply(const int64_t rows, const MPO_real *x, const MPO_weights *weights, MPO_real *y, void *workspace,
    const int threads);

/* The gradients of a loss, given those with respect to the outputs (d_ before their names). What it needs
   of the forward pass is computed again, tile by tile. Gradients are written, not added to. */
void MPO_backward(const int64_t rows, const MPO_real *x, const MPO_weights *weights, const MPO_real *d_y,
    MPO_real *d_x, const MPO_gradients *gradients, void *workspace, const int threads);

/* The outputs, and what the backward pass would else compute again, into memory of
   MPO_saved_bytes(rows, ...) bytes. */
void MPO_forward_saving(const int64_t rows, const MPO_real *x, const MPO_weights *weights, MPO_real *y,
    MPO_real *saved, void *workspace, const int threads);

/* The same as MPO_backward, from what MPO_forward_saving has saved for the same inputs,
   weights and rows. */
void MPO_backward_saved(const int64_t rows, const MPO_real *x, const MPO_weights *weights, const MPO_real *saved,
    const MPO_real *d_y, MPO_real *d_x, const MPO_gradients *gradients, void *workspace, const int threads);

#ifdef __cplusplus
}
#endif
#endif
