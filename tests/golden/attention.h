// ## Self-attention with low-rank query and key maps: one input under two names, a softmax over a named index.
// network Attention(width: int = 32, heads: int = 4, rank: int = 6) {
//   index d: width
//   index e: width
//   index g: heads
//   index k: width // heads
//   bond  s: rank
//   bond  u: rank
//   index q: dynamic
//   index t: dynamic
//   input x[..., q, d]
//   tensor Qa[d, s];  tensor Qb[s, g, k]
//   tensor Ka[d, u];  tensor Kb[u, g, k]
//   tensor V[d, g, k]
//   tensor O[g, k, e]
//   Q[..., g, q, k] = x * Qa * Qb
//   K[..., g, t, k] = x[..., t, d] * Ka * Kb
//   w[..., g, q, t] = softmax[t](Q * K / sqrt(width // heads))
//   output y[..., q, e] = w * x[..., t, d] * V * O
// }

/*
 * Attention, compiled from attention.tn by tncc 0.1.0, for 1, 32 rows.
 *
 * Self-attention with low-rank query and key maps: one input under two names, a softmax over a named index.
 *
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fno-math-errno -fno-trapping-math -fopenmp
 * -c FILE.c (OpenMP or not).
 *
 * All arrays are row-major, of float, stored tensors of float32, and the caller's;
 * none may overlap one that is written. `rows` is the product of all leading axes, 0 or more; each input and
 * output with leading axes has so many rows.
 * Input x: (..., q, 32)
 * Output y: (..., q, 32)
 *
 * Arrays may lie anywhere that the type's alignment allows; 64-byte boundaries are fastest. `workspace` is
 * scratch memory of Attention_workspace_bytes(rows, ..., threads) bytes or more, for one call at a time.
 * Nothing is allocated and nothing kept: calls on different workspaces may run at once. `threads`, 1 or more,
 * is how many threads share the rows; for each number of them, results are the same in every run.
 */
#ifndef TNCC_Attention_H
#define TNCC_Attention_H
#include <stddef.h>
#include <stdint.h>

typedef float Attention_real;
typedef Attention_real Attention_stored;

/* The stored tensors, row-major, each with its axes as declared. */
typedef struct {
    const Attention_stored *Qa; /* Qa: (32, 6) */
    const Attention_stored *Qb; /* Qb: (6, 4, 8) */
    const Attention_stored *Ka; /* Ka: (32, 6) */
    const Attention_stored *Kb; /* Kb: (6, 4, 8) */
    const Attention_stored *V; /* V: (32, 4, 8) */
    const Attention_stored *O; /* O: (4, 8, 32) */
} Attention_weights;

/* Where the gradients of the stored tensors go, row-major; NULL for one that is not wanted. */
typedef struct {
    Attention_real *Qa; /* Qa: (32, 6) */
    Attention_real *Qb; /* Qb: (6, 4, 8) */
    Attention_real *Ka; /* Ka: (32, 6) */
    Attention_real *Kb; /* Kb: (6, 4, 8) */
    Attention_real *V; /* V: (32, 4, 8) */
    Attention_real *O; /* O: (4, 8, 32) */
} Attention_gradients;

#ifdef __cplusplus
extern "C" {
#endif

/* The bytes of packed weights. */
size_t Attention_packed_bytes(void);

/* The bytes that any function of this file needs as its workspace. */
size_t Attention_workspace_bytes(const int64_t rows, const int64_t q, const int64_t t, const int threads);

/* The bytes that Attention_forward_saving saves; they may be none. */
size_t Attention_saved_bytes(const int64_t rows, const int64_t q, const int64_t t);

/* Packs the weights for Attention_forward, into memory of Attention_packed_bytes() bytes.
   The workspace may be that of a call without rows. */
void Attention_pack(const Attention_weights *weights, Attention_real *packed, void *workspace);

/* The outputs, from weights that Attention_pack has packed. */
void Attention_forward(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x,
    const Attention_real *packed, Attention_real *y, void *workspace, const int threads);

/* The outputs, from the weights as they are: for weights that change from call to call. */
void Attention_apply(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x,
    const Attention_weights *weights, Attention_real *y, void *workspace, const int threads);

/* The gradients of a loss, given those with respect to the outputs (d_ before their names). What it needs
   of the forward pass is computed again, tile by tile. Gradients are written, not added to. */
void Attention_backward(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x,
    const Attention_weights *weights, const Attention_real *d_y, Attention_real *d_x,
    const Attention_gradients *gradients, void *workspace, const int threads);

/* The outputs, and what the backward pass would else compute again, into memory of
   Attention_saved_bytes(rows, ...) bytes. */
void Attention_forward_saving(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x,
    const Attention_weights *weights, Attention_real *y, Attention_real *saved, void *workspace, const int threads);

/* The same as Attention_backward, from what Attention_forward_saving has saved for the same inputs,
   weights and rows. */
void Attention_backward_saved(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x,
    const Attention_weights *weights, const Attention_real *saved, const Attention_real *d_y, Attention_real *d_x,
    const Attention_gradients *gradients, void *workspace, const int threads);

#ifdef __cplusplus
}
#endif
#endif
