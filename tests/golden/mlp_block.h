// use "mpo.tn": MPO
//
// ## A transformer's feed-forward block with both projections tensorized, and a residual.
// network FeedForward(chi: int = 8) {
//   index d: 64
//   index h: 256
//   input x[..., d]
//   layer up   = MPO(ins = (4, 4, 4), outs = (4, 8, 8), chi = chi)
//   layer down = MPO(ins = (4, 8, 8), outs = (4, 4, 4), chi = chi)
//   tensor gain[d] init ones
//   z[..., d] = layernorm[d](x) * gain
//   a[..., h] = gelu(up(z))
//   output y[..., d] = x + down(a)
// }

/*
 * FeedForward, compiled from mlp_block.tn by tncc 0.1.0, for 1, 32 rows.
 *
 * A transformer's feed-forward block with both projections tensorized, and a residual.
 *
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp
 * -c FILE.c (OpenMP or not).
 *
 * All arrays are row-major, of float, stored tensors of float32, and the caller's;
 * none may overlap one that is written. `rows` is the product of all leading axes, 0 or more; each input and
 * output with leading axes has so many rows.
 * Input x: (..., 64)
 * Output y: (..., 64)
 *
 * Arrays may lie anywhere that the type's alignment allows; 64-byte boundaries are fastest. `workspace` is
 * scratch memory of FeedForward_workspace_bytes(rows, ..., threads) bytes or more, for one call at a time.
 * Nothing is allocated and nothing kept: calls on different workspaces may run at once. `threads`, 1 or more,
 * is how many threads share the rows; for each number of them, results are the same in every run.
 */
#ifndef TNCC_FeedForward_H
#define TNCC_FeedForward_H
#include <stddef.h>
#include <stdint.h>

typedef float FeedForward_real;
typedef FeedForward_real FeedForward_stored;

/* The stored tensors, row-major, each with its axes as declared. */
typedef struct {
    const FeedForward_stored *up_A_0; /* up.A[0]: (4, 4, 8) */
    const FeedForward_stored *up_A_1; /* up.A[1]: (8, 4, 8, 8) */
    const FeedForward_stored *up_A_2; /* up.A[2]: (8, 4, 8) */
    const FeedForward_stored *up_bias; /* up.bias: (256,) */
    const FeedForward_stored *down_A_0; /* down.A[0]: (4, 4, 8) */
    const FeedForward_stored *down_A_1; /* down.A[1]: (8, 8, 4, 8) */
    const FeedForward_stored *down_A_2; /* down.A[2]: (8, 8, 4) */
    const FeedForward_stored *down_bias; /* down.bias: (64,) */
    const FeedForward_stored *gain; /* gain: (64,) */
} FeedForward_weights;

/* Where the gradients of the stored tensors go, row-major; NULL for one that is not wanted. */
typedef struct {
    FeedForward_real *up_A_0; /* up.A[0]: (4, 4, 8) */
    FeedForward_real *up_A_1; /* up.A[1]: (8, 4, 8, 8) */
    FeedForward_real *up_A_2; /* up.A[2]: (8, 4, 8) */
    FeedForward_real *up_bias; /* up.bias: (256,) */
    FeedForward_real *down_A_0; /* down.A[0]: (4, 4, 8) */
    FeedForward_real *down_A_1; /* down.A[1]: (8, 8, 4, 8) */
    FeedForward_real *down_A_2; /* down.A[2]: (8, 8, 4) */
    FeedForward_real *down_bias; /* down.bias: (64,) */
    FeedForward_real *gain; /* gain: (64,) */
} FeedForward_gradients;

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of packed weights. */
size_t FeedForward_packed_bytes(void);

/* The bytes that any function of this file needs as its workspace. */
size_t FeedForward_workspace_bytes(const int64_t rows, const int threads);

/* The bytes that FeedForward_forward_saving saves; they may be none. */
size_t FeedForward_saved_bytes(const int64_t rows);

/* Packs the weights for FeedForward_forward, into memory of FeedForward_packed_bytes() bytes.
   The workspace may be that of a call without rows. */
void FeedForward_pack(const FeedForward_weights *weights, FeedForward_real *packed, void *workspace);

/* The outputs, from weights that FeedForward_pack has packed. */
void FeedForward_forward(const int64_t rows, const FeedForward_real *x, const FeedForward_real *packed,
    FeedForward_real *y, void *workspace, const int threads);

/* The outputs, from the weights as they are: for weights that change from call to call. */
void FeedForward_apply(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights,
    FeedForward_real *y, void *workspace, const int threads);

/* The gradients of a loss, given those with respect to the outputs (d_ before their names). What it needs
   of the forward pass is computed again, tile by tile. Gradients are written, not added to. */
void FeedForward_backward(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights,
    const FeedForward_real *d_y, FeedForward_real *d_x, const FeedForward_gradients *gradients, void *workspace,
    const int threads);

/* The outputs, and what the backward pass would else compute again, into memory of
   FeedForward_saved_bytes(rows, ...) bytes. */
void FeedForward_forward_saving(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights,
    FeedForward_real *y, FeedForward_real *saved, void *workspace, const int threads);

/* The same as FeedForward_backward, from what FeedForward_forward_saving has saved for the same inputs,
   weights and rows. */
void FeedForward_backward_saved(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights,
    const FeedForward_real *saved, const FeedForward_real *d_y, FeedForward_real *d_x,
    const FeedForward_gradients *gradients, void *workspace, const int threads);

#ifdef __cplusplus
}
#endif
#endif
