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

#include <math.h>
#include <string.h>
typedef FeedForward_real real;
typedef FeedForward_stored tncc_stored;
#define SIN sinf
#define COS cosf
#define SQRT sqrtf
#define FABS fabsf
#define tncc_turn FeedForward_turn
#define tncc_turn_few FeedForward_turn_few
#define tncc_scatter FeedForward_scatter
#define tncc_add FeedForward_add

#if !defined(TNCC_VECTOR_BYTES)
#if defined(__AVX512F__)
#define TNCC_VECTOR_BYTES 64
#elif defined(__AVX__)
#define TNCC_VECTOR_BYTES 32
#elif defined(__SSE2__) || defined(__ARM_NEON)
#define TNCC_VECTOR_BYTES 16
#else
#define TNCC_VECTOR_BYTES 0 /* no vectors: numbers one by one */
#endif
#endif

#if TNCC_VECTOR_BYTES && defined(__GNUC__)
#define TNCC_LANES (TNCC_VECTOR_BYTES / (int)sizeof(real))
typedef real vec __attribute__((vector_size(TNCC_VECTOR_BYTES)));
typedef real vec_anywhere __attribute__((vector_size(TNCC_VECTOR_BYTES), aligned(sizeof(real)), may_alias));
#else
#define TNCC_LANES 1
typedef real vec;
typedef real vec_anywhere;
#endif

#if !defined(TNCC_INLINE) /* without inlining all is compiled sooner, and runs slower */
#if defined(__GNUC__)
#define TNCC_INLINE static inline __attribute__((always_inline, unused))
#else
#define TNCC_INLINE static inline
#endif
#endif
/* Functions inside this file. Given TNCC_PARTS, compilers make an object of those parts whose bits are set in it, which
   several can do at once; objects that have all parts together are the same as that of the file. */
#if !defined(TNCC_PARTS)
#define TNCC_PARTS 15
#define TNCC_INNER static
#elif defined(__GNUC__)
#define TNCC_INNER __attribute__((visibility("hidden")))
#else
#define TNCC_INNER
#endif
/* Those that are compiled once however many steps they do, or many steps do alike: none runs so shortly that a call
   matters. */
#if defined(__clang__)
#define TNCC_STEP TNCC_INNER __attribute__((noinline))
#define TNCC_ONCE TNCC_INNER __attribute__((noinline, unused))
#elif defined(__GNUC__)
#define TNCC_STEP TNCC_INNER __attribute__((noinline))
#define TNCC_ONCE TNCC_INNER __attribute__((noinline, noclone, unused))
#else
#define TNCC_STEP TNCC_INNER
#define TNCC_ONCE TNCC_INNER
#endif
#if defined(__clang__)
#define TNCC_UNROLL _Pragma("unroll")
#elif defined(__GNUC__)
#define TNCC_UNROLL _Pragma("GCC unroll 16")
#else
#define TNCC_UNROLL
#endif

/* A loop that a crew of threads shares, and where a thread's part of n positions begins, `grain` staying together. */
#if defined(_OPENMP)
#define TNCC_PRAGMA(text) _Pragma(#text)
#define TNCC_SHARED(crew) TNCC_PRAGMA(omp parallel for num_threads(crew) schedule(static, 1) if (crew > 1))
#else
#define TNCC_SHARED(crew)
#endif
TNCC_INLINE ptrdiff_t tncc_part(const ptrdiff_t n, const ptrdiff_t grain, const ptrdiff_t part, const ptrdiff_t parts)
{
    const ptrdiff_t begin = (n + grain - 1) / grain * part / parts * grain;
    return begin < n ? begin : n;
}

/* Columns are cut into panels of at most three vectors, as even as can be; see the tiles below. */
#define TNCC_PANEL 3
#define TNCC_CEIL(n, by) (((n) + (by) - 1) / (by))
#define TNCC_VECTORS(n) TNCC_CEIL(n, TNCC_LANES)
#define TNCC_WIDE(n) TNCC_CEIL(TNCC_VECTORS(n), TNCC_CEIL(TNCC_VECTORS(n), TNCC_PANEL))
#define TNCC_COLUMNS(n) (TNCC_WIDE(n) * TNCC_LANES) /* of a panel, where there are n in all */
#define TNCC_PADDED(n) (TNCC_CEIL(n, TNCC_COLUMNS(n)) * TNCC_COLUMNS(n))
#define TNCC_TOGETHER(n) ((n) < TNCC_LANES ? (n) : TNCC_LANES) /* of n columns, a power of two, in one panel */

/* The most rows of a tile whose sums fit into the registers, by its vectors. */
#define TNCC_ROWS 16
#if TNCC_VECTOR_BYTES == 64 || defined(__aarch64__)
#define TNCC_MOST(wide) ((wide) == 1 ? 16 : (wide) == 2 ? 12 : 8)
#else
#define TNCC_MOST(wide) ((wide) == 1 ? 8 : (wide) == 2 ? 6 : 4)
#endif

/* What becomes of the sums of a tile, `row` and `column` being its first ones: see the fields `finish` and `at`. */
typedef void (*tncc_finish)(const void *at, const real *sums, ptrdiff_t row, int rows, int column, int columns);

/* A product in tiles: rows i = (outer, inner) with `base` inner ones, and sums k = (k1, k0). The strides of rows and
   sums are those of the left operand (a), the right one (b) and the result (c); `apart` lies between columns of the
   result. `paired`: the left operand has the columns too. `whole`: behind the right operand's columns there is room. */
typedef struct {
    ptrdiff_t rows, a1, b1, c1;
    int base, known, paired, whole;
    ptrdiff_t a0, b0, c0;
    ptrdiff_t k1, ak1, bk1, k0, ak0, bk0;
    ptrdiff_t apart;
    tncc_finish finish;
    const void *at;
} tncc_shape;

TNCC_INLINE vec tncc_load(const real *from, const int lanes)
{
    vec value = {0};
    if (lanes >= TNCC_LANES)
        return (vec)*(const vec_anywhere *)from;
    memcpy(&value, from, (size_t)lanes * sizeof(real));
    return value;
}

TNCC_INLINE void tncc_store(real *to, const vec value, const int lanes)
{
    if (lanes >= TNCC_LANES)
        *(vec_anywhere *)to = (vec_anywhere)value;
    else
        memcpy(to, &value, (size_t)lanes * sizeof(real));
}

/* Where the compiler can shuffle vectors, squares of numbers are transposed in registers. */
#if TNCC_VECTOR_BYTES && defined(__has_builtin)
#if __has_builtin(__builtin_shufflevector)
#define TNCC_SQUARES 1
#endif
#endif


/* Columns that lie together, as rows: to[i * row + j] = from[i + the place of column j], which is at[j] or, without
   `at`, j * apart. */
TNCC_ONCE void tncc_turn(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at, const ptrdiff_t apart,
                         const ptrdiff_t rows, const ptrdiff_t columns);

/* The same, quicker where there are few rows or columns. */
TNCC_ONCE void tncc_turn_few(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                             const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns);

/* The sums of a tile, written or added where the columns of its result lie apart: its rows are (outer, inner). */
TNCC_ONCE void tncc_scatter(real *to, const real *sums, const int outer, const ptrdiff_t c1, const int inner,
                            const ptrdiff_t c0, const int columns, const ptrdiff_t apart, const int add);

/* What other threads have added up, from `first` to `end`. */
TNCC_ONCE void tncc_add(real *to, const real *more, const ptrdiff_t first, const ptrdiff_t end);

#if TNCC_PARTS & 1
#if defined(TNCC_SQUARES)

/* to[i * row + j] = from[at[j] + i] for 4 rows and columns. Of the bits that say where a number is, first those of
   its vector, then those of its lane, each stage makes the first one the last. */
typedef real tncc_line4 __attribute__((vector_size(4 * sizeof(real)), aligned(sizeof(real)), may_alias));
TNCC_INLINE void tncc_square4(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at)
{
    tncc_line4 some[4], next[4];
    TNCC_UNROLL
    for (int i = 0; i < 4; ++i)
        some[i] = *(const tncc_line4 *)(from + at[i]);
    TNCC_UNROLL
    for (int stage = 0; stage < 2; ++stage) {
        TNCC_UNROLL
        for (int i = 0; i < 4 / 2; ++i) {
            next[2 * i] = __builtin_shufflevector(some[i], some[i + 4 / 2], 0, 4, 1, 5);
            next[2 * i + 1] = __builtin_shufflevector(some[i], some[i + 4 / 2], 2, 6, 3, 7);
        }
        TNCC_UNROLL
        for (int i = 0; i < 4; ++i)
            some[i] = next[i];
    }
    TNCC_UNROLL
    for (int i = 0; i < 4; ++i)
        *(tncc_line4 *)(to + i * row) = some[i];
}

/* `tncc_turn` in squares, the last ones of which overlap those before. */
TNCC_INLINE void tncc_turn4(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                               const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns)
{
    ptrdiff_t begin[4];
    TNCC_UNROLL
    for (ptrdiff_t lane = 0; lane < 4; ++lane)
        begin[lane] = lane * apart;
    for (ptrdiff_t j = 0; j < columns; j += 4) {
        const ptrdiff_t column = j < columns - 4 ? j : columns - 4;
        const real *base = from + column * apart;
        if (at) {
            base = from;
            TNCC_UNROLL
            for (ptrdiff_t lane = 0; lane < 4; ++lane)
                begin[lane] = at[column + lane];
        }
        for (ptrdiff_t i = 0; i < rows; i += 4) {
            const ptrdiff_t first = i < rows - 4 ? i : rows - 4;
            tncc_square4(to + first * row + column, row, base + first, begin);
        }
    }
}


/* to[i * row + j] = from[at[j] + i] for 8 rows and columns. Of the bits that say where a number is, first those of
   its vector, then those of its lane, each stage makes the first one the last. */
typedef real tncc_line8 __attribute__((vector_size(8 * sizeof(real)), aligned(sizeof(real)), may_alias));
TNCC_INLINE void tncc_square8(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at)
{
    tncc_line8 some[8], next[8];
    TNCC_UNROLL
    for (int i = 0; i < 8; ++i)
        some[i] = *(const tncc_line8 *)(from + at[i]);
    TNCC_UNROLL
    for (int stage = 0; stage < 3; ++stage) {
        TNCC_UNROLL
        for (int i = 0; i < 8 / 2; ++i) {
            next[2 * i] = __builtin_shufflevector(some[i], some[i + 8 / 2], 0, 8, 1, 9, 2, 10, 3, 11);
            next[2 * i + 1] = __builtin_shufflevector(some[i], some[i + 8 / 2], 4, 12, 5, 13, 6, 14, 7, 15);
        }
        TNCC_UNROLL
        for (int i = 0; i < 8; ++i)
            some[i] = next[i];
    }
    TNCC_UNROLL
    for (int i = 0; i < 8; ++i)
        *(tncc_line8 *)(to + i * row) = some[i];
}

/* `tncc_turn` in squares, the last ones of which overlap those before. */
TNCC_INLINE void tncc_turn8(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                               const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns)
{
    ptrdiff_t begin[8];
    TNCC_UNROLL
    for (ptrdiff_t lane = 0; lane < 8; ++lane)
        begin[lane] = lane * apart;
    for (ptrdiff_t j = 0; j < columns; j += 8) {
        const ptrdiff_t column = j < columns - 8 ? j : columns - 8;
        const real *base = from + column * apart;
        if (at) {
            base = from;
            TNCC_UNROLL
            for (ptrdiff_t lane = 0; lane < 8; ++lane)
                begin[lane] = at[column + lane];
        }
        for (ptrdiff_t i = 0; i < rows; i += 8) {
            const ptrdiff_t first = i < rows - 8 ? i : rows - 8;
            tncc_square8(to + first * row + column, row, base + first, begin);
        }
    }
}


/* to[i * row + j] = from[at[j] + i] for 16 rows and columns. Of the bits that say where a number is, first those of
   its vector, then those of its lane, each stage makes the first one the last. */
typedef real tncc_line16 __attribute__((vector_size(16 * sizeof(real)), aligned(sizeof(real)), may_alias));
TNCC_INLINE void tncc_square16(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at)
{
    tncc_line16 some[16], next[16];
    TNCC_UNROLL
    for (int i = 0; i < 16; ++i)
        some[i] = *(const tncc_line16 *)(from + at[i]);
    TNCC_UNROLL
    for (int stage = 0; stage < 4; ++stage) {
        TNCC_UNROLL
        for (int i = 0; i < 16 / 2; ++i) {
            next[2 * i] = __builtin_shufflevector(some[i], some[i + 16 / 2], 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
            next[2 * i + 1] = __builtin_shufflevector(some[i], some[i + 16 / 2], 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
        }
        TNCC_UNROLL
        for (int i = 0; i < 16; ++i)
            some[i] = next[i];
    }
    TNCC_UNROLL
    for (int i = 0; i < 16; ++i)
        *(tncc_line16 *)(to + i * row) = some[i];
}

/* `tncc_turn` in squares, the last ones of which overlap those before. */
TNCC_INLINE void tncc_turn16(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                               const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns)
{
    ptrdiff_t begin[16];
    TNCC_UNROLL
    for (ptrdiff_t lane = 0; lane < 16; ++lane)
        begin[lane] = lane * apart;
    for (ptrdiff_t j = 0; j < columns; j += 16) {
        const ptrdiff_t column = j < columns - 16 ? j : columns - 16;
        const real *base = from + column * apart;
        if (at) {
            base = from;
            TNCC_UNROLL
            for (ptrdiff_t lane = 0; lane < 16; ++lane)
                begin[lane] = at[column + lane];
        }
        for (ptrdiff_t i = 0; i < rows; i += 16) {
            const ptrdiff_t first = i < rows - 16 ? i : rows - 16;
            tncc_square16(to + first * row + column, row, base + first, begin);
        }
    }
}

#endif

TNCC_ONCE void tncc_turn_few(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                             const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns)
{
#if defined(TNCC_SQUARES)
    if (TNCC_LANES >= 4 && rows >= 4 && columns >= 4) {
        tncc_turn4(to, row, from, at, apart, rows, columns);
        return;
    }
#endif
    for (ptrdiff_t i = 0; i < rows; ++i)
        for (ptrdiff_t j = 0; j < columns; ++j)
            to[i * row + j] = from[i + (at ? at[j] : j * apart)];
}

TNCC_ONCE void tncc_turn(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at, const ptrdiff_t apart,
                         const ptrdiff_t rows, const ptrdiff_t columns)
{
#if defined(TNCC_SQUARES)
    const ptrdiff_t least = rows < columns ? rows : columns;
    if (TNCC_LANES >= 16 && least >= 16) {
        tncc_turn16(to, row, from, at, apart, rows, columns);
        return;
    }
    if (TNCC_LANES >= 8 && least >= 8) {
        tncc_turn8(to, row, from, at, apart, rows, columns);
        return;
    }
#endif
    tncc_turn_few(to, row, from, at, apart, rows, columns);
}

TNCC_ONCE void tncc_scatter(real *to, const real *sums, const int outer, const ptrdiff_t c1, const int inner,
                            const ptrdiff_t c0, const int columns, const ptrdiff_t apart, const int add)
{
    const ptrdiff_t line = TNCC_PANEL * TNCC_LANES;
    if (inner == 1 && outer > 1) {
        tncc_scatter(to, sums, 1, 0, outer, c1, columns, apart, add);
        return;
    }
    for (int i1 = 0; i1 < outer; ++i1, to += c1, sums += inner * line) {
        if (c0 == 1 && !add) {
            tncc_turn(to, apart, sums, 0, line, columns, inner);
            continue;
        }
        for (int column = 0; column < columns; ++column)
            for (int i0 = 0; i0 < inner; ++i0) {
                real *place = to + column * apart + i0 * c0;
                const real sum = sums[i0 * line + column];
                *place = add ? *place + sum : sum;
            }
    }
}

TNCC_ONCE void tncc_add(real *to, const real *more, const ptrdiff_t first, const ptrdiff_t end)
{
    for (ptrdiff_t i = first; i < end; ++i)
        to[i] += more[i];
}

#endif

/* One tile of the result, which stays in registers while the sums run. */
TNCC_INLINE void tncc_tile(const tncc_shape s, const int rows, const int lanes, const real *restrict a,
                           const real *restrict b, real *restrict c, const int add, const ptrdiff_t first,
                           const int column)
{
    const int wide = TNCC_VECTORS(lanes), last = lanes - (wide - 1) * TNCC_LANES;
    const int read = s.whole ? TNCC_LANES : last;
    vec sum[TNCC_ROWS][TNCC_PANEL];
    TNCC_UNROLL
    for (int i = 0; i < rows; ++i)
        TNCC_UNROLL
        for (int j = 0; j < wide; ++j)
            sum[i][j] = (vec){0};
    for (ptrdiff_t k1 = 0; k1 < s.k1; ++k1)
        for (ptrdiff_t k0 = 0; k0 < s.k0; ++k0) {
            const real *from = a + k1 * s.ak1 + k0 * s.ak0, *row = b + k1 * s.bk1 + k0 * s.bk0;
            TNCC_UNROLL
            for (int i = 0; i < rows; ++i) {
                const ptrdiff_t at = i % s.base * s.a0 + i / s.base * s.a1;
                const ptrdiff_t beside = i % s.base * s.b0 + i / s.base * s.b1;
                TNCC_UNROLL
                for (int j = 0; j < wide; ++j) {
                    const vec right = tncc_load(row + beside + j * TNCC_LANES, j < wide - 1 ? TNCC_LANES : read);
                    if (s.paired)
                        sum[i][j] += right * tncc_load(from + at + j * TNCC_LANES, j < wide - 1 ? TNCC_LANES : last);
                    else
                        sum[i][j] += right * from[at];
                }
            }
        }
    if (s.finish || s.apart != 1) {
        real sums[TNCC_ROWS * TNCC_PANEL * TNCC_LANES];
        TNCC_UNROLL
        for (int i = 0; i < rows; ++i)
            TNCC_UNROLL
            for (int j = 0; j < wide; ++j)
                tncc_store(sums + (i * TNCC_PANEL + j) * TNCC_LANES, sum[i][j], TNCC_LANES);
        if (s.finish)
            s.finish(s.at, sums, first, rows, column, lanes);
        else
            tncc_scatter(c, sums, rows / s.base, s.c1, s.base, s.c0, lanes, s.apart, add);
        return;
    }
    TNCC_UNROLL
    for (int i = 0; i < rows; ++i) {
        real *to = c + i % s.base * s.c0 + i / s.base * s.c1;
        TNCC_UNROLL
        for (int j = 0; j < wide; ++j) {
            const int some = j < wide - 1 ? TNCC_LANES : last;
            real *place = to + j * TNCC_LANES;
            tncc_store(place, add ? tncc_load(place, some) + sum[i][j] : sum[i][j], some);
        }
    }
}

/* All rows of one panel. Where their number is known they are cut evenly, else what is left over is done in fours,
   twos and ones. */
TNCC_INLINE void tncc_tiles(const tncc_shape s, const int lanes, const real *a, const real *b, real *c, const int add,
                            const int column)
{
    const int fit = TNCC_MOST(TNCC_VECTORS(lanes)) / s.base, most = fit > 1 ? fit : 1;
    const int each = s.known ? (int)TNCC_CEIL(s.rows, TNCC_CEIL(s.rows, most)) : most;
    ptrdiff_t i = 0;
    for (; i + each <= s.rows; i += each)
        tncc_tile(s, each * s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i, column);
    if (s.known) {
        if (s.rows % each)
            tncc_tile(s, (int)(s.rows % each) * s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i,
                      column);
        return;
    }
    if (most > 8 && i + 8 <= s.rows) {
        tncc_tile(s, 8 * s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i, column);
        i += 8;
    }
    if (most > 4 && i + 4 <= s.rows) {
        tncc_tile(s, 4 * s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i, column);
        i += 4;
    }
    if (most > 2 && i + 2 <= s.rows) {
        tncc_tile(s, 2 * s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i, column);
        i += 2;
    }
    if (most > 1)
        for (; i < s.rows; ++i)
            tncc_tile(s, s.base, lanes, a + i * s.a1, b + i * s.b1, c + i * s.c1, add, i, column);
}


/* Numbers in a row are gathered by turns into so many, which then become one. */
#define TNCC_SUMS 32
TNCC_INLINE real tncc_total(real *some)
{
    TNCC_UNROLL
    for (int half = TNCC_SUMS / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; ++lane)
            some[lane] += some[lane + half];
    return some[0];
}
TNCC_INLINE real tncc_larger(const real x, const real y)
{
    return ((x > y) | (x != x)) ? x : y; /* not a number where either is none */
}
TNCC_INLINE real tncc_largest(real *some)
{
    TNCC_UNROLL
    for (int half = TNCC_SUMS / 2; half > 0; half /= 2)
        for (int lane = 0; lane < half; ++lane)
            some[lane] = tncc_larger(some[lane + half], some[lane]);
    return some[0];
}
#define tncc_given(x) (x)

#if defined(__FAST_MATH__)
#error "functions need sums as they are written: compile without -ffast-math"
#endif
/* The bits of numbers. Adding TNCC_SHIFT rounds to a whole number, which is then in the lowest bits. */
typedef uint32_t tncc_bits;
#define TNCC_FRACTION 23
#define TNCC_BIAS 127
#define TNCC_SHIFT (real)12582912
#define TNCC_SIGN ((tncc_bits)1 << 31)
#define TNCC_LN2_HIGH (real)0.693115234375
#define TNCC_LN2_LOW (real)3.1946183e-05
#define TNCC_EXP_LEAST (real)-110.0
#define TNCC_EXP_MOST (real)90.0
#define TNCC_TANH_MOST (real)10.0
#define TNCC_ERF_MOST (real)4.0
TNCC_INLINE tncc_bits tncc_bits_of(const real x)
{
    tncc_bits bits;
    memcpy(&bits, &x, sizeof bits);
    return bits;
}
TNCC_INLINE real tncc_real_of(const tncc_bits bits)
{
    real x;
    memcpy(&x, &bits, sizeof x);
    return x;
}
/* The size of one number with the sign of another. */
TNCC_INLINE real tncc_signed(const real size, const real sign)
{
    return tncc_real_of((tncc_bits_of(size) & ~TNCC_SIGN) | (tncc_bits_of(sign) & TNCC_SIGN));
}

TNCC_INLINE real tncc_exp_series(const real x)
{
    real sum = (real)0.0013946042;
    sum = sum * x + (real)0.008366373;
    sum = sum * x + (real)0.04166629;
    sum = sum * x + (real)0.16666545;
    sum = sum * x + (real)0.5;
    return sum;
}

TNCC_INLINE real tncc_erf_series(const real x)
{
    real sum = (real)1.1933196e-06;
    sum = sum * x + (real)-2.1354786e-05;
    sum = sum * x + (real)0.00016748166;
    sum = sum * x + (real)-0.00074068713;
    sum = sum * x + (real)0.0017993549;
    sum = sum * x + (real)-0.00025306136;
    sum = sum * x + (real)-0.019117694;
    sum = sum * x + (real)0.102771275;
    sum = sum * x + (real)0.6366198;
    sum = sum * x + (real)0.12837917;
    return sum;
}

TNCC_INLINE real tncc_exp(const real x)
{
    const real low = x < TNCC_EXP_LEAST ? TNCC_EXP_LEAST : x;
    const real y = low > TNCC_EXP_MOST ? TNCC_EXP_MOST : low;
    const real shifted = y * (real)1.44269504088896340736 + TNCC_SHIFT, n = shifted - TNCC_SHIFT;
    const real r = y - n * TNCC_LN2_HIGH - n * TNCC_LN2_LOW;
    const tncc_bits both = tncc_bits_of(shifted) - tncc_bits_of(TNCC_SHIFT) + 2 * TNCC_BIAS, half = both >> 1;
    const real power = 1 + (r + r * r * tncc_exp_series(r));
    return power * tncc_real_of(half << TNCC_FRACTION) * tncc_real_of((both - half) << TNCC_FRACTION);
}

TNCC_INLINE real tncc_expm1(const real x)
{
    const real shifted = x * (real)1.44269504088896340736 + TNCC_SHIFT, n = shifted - TNCC_SHIFT;
    const real r = x - n * TNCC_LN2_HIGH - n * TNCC_LN2_LOW;
    const real power = tncc_real_of((tncc_bits_of(shifted) + TNCC_BIAS) << TNCC_FRACTION);
    return power * (r + r * r * tncc_exp_series(r)) + (power - 1);
}

TNCC_INLINE real tncc_erf(const real x)
{
    const real size = FABS(x), z = size > TNCC_ERF_MOST ? TNCC_ERF_MOST : size;
    return tncc_signed(tncc_expm1(-(z + z * tncc_erf_series(z))), x);
}

TNCC_INLINE real tncc_gelu(const real x)
{
    return (real)0.5 * x * (1 + tncc_erf(x * (real)0.70710678118654752440));
}

TNCC_INLINE real tncc_gelu_slope(const real x)
{
    const real below = (real)0.5 * (1 + tncc_erf(x * (real)0.70710678118654752440));
    return below + x * tncc_exp((real)-0.5 * x * x) * (real)0.39894228040143267794;
}
TNCC_STEP void FeedForward_forward0_pack0(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void FeedForward_forward0_pack1(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void FeedForward_forward0_pack3(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_forward0_pack4(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_forward0_pack7(real *out, const real *in1);
TNCC_STEP void FeedForward_forward0_pack8(real *out, const real *in1);
TNCC_STEP void FeedForward_forward0_each0(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward0_each1(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward0_each3(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const ptrdiff_t rows);
TNCC_INNER void FeedForward_forward0_pack(const FeedForward_weights *weights, real *constant, real *scratch);
TNCC_STEP void FeedForward_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_forward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_apply0_once0(real *out, const real *in1);
TNCC_STEP void FeedForward_apply0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each4(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each6(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each9(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_each11(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_apply0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_apply1_once2(real *out, const real *in1);
TNCC_STEP void FeedForward_apply1_once3(real *out, const real *in1);
TNCC_STEP void FeedForward_apply1_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply1_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply1_each8(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t rows);
TNCC_STEP void FeedForward_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_apply1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_apply2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_apply2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_backward0_once2(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_once3(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_once4(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_once5(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_once6(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_once7(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_each5(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each8(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each10(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each11(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each13(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each15(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each16(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each17(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each18(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each19(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each20(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each21(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each22(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each23(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward0_each24(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each25(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each26(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each27(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each29(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_each30(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward0_last0(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward0_last1(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_last2(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward0_last3(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward0_last4(real *out, const real *in1);
TNCC_STEP void FeedForward_backward0_last6(real *restrict out, const real *restrict in1);
TNCC_STEP void FeedForward_backward0_last7(real *restrict out, const real *restrict in1);
TNCC_STEP void FeedForward_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_backward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_backward1_once5(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_once6(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_once7(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward1_each6(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each7(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward1_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward1_each14(real *restrict out, const real *restrict in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each16(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_each19(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward1_last0(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_last1(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_last2(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_last3(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_last4(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_last5(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_last6(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_last7(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_last9(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_last10(real *out, const real *in1);
TNCC_STEP void FeedForward_backward1_last12(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_backward1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_forward_saving0_once1(real *out, const real *in1);
TNCC_STEP void FeedForward_forward_saving0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward_saving0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_forward_saving1_once1(real *out, const real *in1);
TNCC_STEP void FeedForward_forward_saving1_once2(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_forward_saving1_each2(real *out, const real *in1);
TNCC_STEP void FeedForward_forward_saving1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward_saving1_each4(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_forward_saving1_each6(real *out, const real *in1);
TNCC_STEP void FeedForward_forward_saving1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_forward_saving2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_backward_saved0_once1(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved0_once4(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved0_each11(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved0_each13(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each14(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each15(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved0_each16(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each17(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each18(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each24(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each25(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved0_each28(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each31(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each32(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved0_each36(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_each39(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved0_last0(real *restrict out, const real *restrict in1);
TNCC_STEP void FeedForward_backward_saved0_last1(real *restrict out, const real *restrict in1);
TNCC_STEP void FeedForward_backward_saved0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_backward_saved0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_backward_saved1_once0(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved1_once1(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved1_once2(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved1_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved1_last2(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward_saved1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_backward_saved1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void FeedForward_backward_saved2_once7(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved2_once8(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved2_each5(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void FeedForward_backward_saved2_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void FeedForward_backward_saved2_last4(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward_saved2_last6(real *out, const real *in1, const real *in2);
TNCC_STEP void FeedForward_backward_saved2_last7(real *out, const real *in1);
TNCC_STEP void FeedForward_backward_saved2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void FeedForward_backward_saved2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);

#if TNCC_PARTS & 1

/* gain */
TNCC_STEP void FeedForward_forward0_pack0(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 64; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

/* up.bias */
TNCC_STEP void FeedForward_forward0_pack1(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 256; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

/* up.y:1:1 */
TNCC_STEP void FeedForward_forward0_pack3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 16, .a1 = 8, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 1, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* up.y:1:2 */
TNCC_STEP void FeedForward_forward0_pack4(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 512, .a1 = 8, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 1, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

TNCC_STEP void FeedForward_forward0_pack7(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224, 1024, 1056, 1088, 1120, 1152, 1184, 1216, 1248, 2048, 2080, 2112, 2144, 2176, 2208, 2240, 2272, 3072, 3104, 3136, 3168, 3200, 3232, 3264, 3296};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                    const real *from = in1 + k0 * 4096 + k1 * 256 + k2 * 8;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[lane] = 0;
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_forward0_pack8(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 1024, 1056, 1088, 1120, 2048, 2080, 2112, 2144, 3072, 3104, 3136, 3168};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        ptrdiff_t at[TNCC_COLUMNS(64)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 4096 + k1 * 128 + k2 * 4;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

/* z:1 */
TNCC_STEP void FeedForward_forward0_each0(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum;
        {
            real parts[TNCC_SUMS];
            for (int lane = 0; lane < TNCC_SUMS; ++lane)
                parts[lane] = 0;
            for (ptrdiff_t block = 0; block < 64 / TNCC_SUMS; ++block)
                for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                    const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                    parts[lane] += *(in1 + i0 * 64 + k0);
                }
            for (ptrdiff_t k0 = 64 / TNCC_SUMS * TNCC_SUMS; k0 < 64; ++k0)
                parts[0] += *(in1 + i0 * 64 + k0);
            sum = tncc_total(parts);
        }
        const real mean = sum / (real)(64);
        real squares;
        {
            real parts[TNCC_SUMS];
            for (int lane = 0; lane < TNCC_SUMS; ++lane)
                parts[lane] = 0;
            for (ptrdiff_t block = 0; block < 64 / TNCC_SUMS; ++block)
                for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                    const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                    parts[lane] += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
                }
            for (ptrdiff_t k0 = 64 / TNCC_SUMS * TNCC_SUMS; k0 < 64; ++k0)
                parts[0] += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
            squares = tncc_total(parts);
        }
        const real scale = 1 / SQRT(squares / (real)(64) + (real)1e-5);
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            *(out + i0 * 64 + k0) = (*(in1 + i0 * 64 + k0) - mean) * scale;
    }
}

/* z */
TNCC_STEP void FeedForward_forward0_each1(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 64; ++i1)
            *(out + i0 * 64 + i1) = (*(in1 + i0 * 64 + i1) * *(in2 + i1));
}

/* up.y:1, up.y, a */
struct FeedForward_forward0_each2_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_forward0_each2_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_forward0_each2_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + (row + i / base) * 256 + (column + j)) = tncc_gelu((sum + *(in1 + (column + j))));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_forward0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_forward0_each2_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1, .finish = FeedForward_forward0_each2_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in2, in3 + j * 64 * TNCC_COLUMNS(256), out, 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in2, in3 + 256 / TNCC_COLUMNS(256) * 64 * TNCC_COLUMNS(256), out, 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* down.y:1, down.y, result 0 */
struct FeedForward_forward0_each3_at { real *out; const real *in1; const real *in2; const real *in3; const real *in4; ptrdiff_t rows; };
static void FeedForward_forward0_each3_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_forward0_each3_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const real *restrict in2 = at->in2;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + (row + i / base) * 64 + (column + j)) = (*(in1 + (row + i / base) * 64 + (column + j)) + (sum + *(in2 + (column + j))));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_forward0_each3(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const ptrdiff_t rows)
{
    struct FeedForward_forward0_each3_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .in4 = in4, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 256, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1, .finish = FeedForward_forward0_each3_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in3, in4 + j * 256 * TNCC_COLUMNS(64), out, 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in3, in4 + 64 / TNCC_COLUMNS(64) * 256 * TNCC_COLUMNS(64), out, 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

TNCC_INNER void FeedForward_forward0_pack(const FeedForward_weights *weights, real *constant, real *scratch)
{
    FeedForward_forward0_pack0(constant + 36864, weights->gain);
    FeedForward_forward0_pack1(constant + 36928, weights->up_bias);
    FeedForward_forward0_pack0(constant + 37184, weights->down_bias);
    FeedForward_forward0_pack3(scratch, weights->up_A_0, weights->up_A_1);
    FeedForward_forward0_pack4(scratch + 4096, scratch, weights->up_A_2);
    FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
    FeedForward_forward0_pack4(scratch + 20480, scratch, weights->down_A_2);
    FeedForward_forward0_pack7(constant, scratch + 4096);
    FeedForward_forward0_pack8(constant + 18432, scratch + 20480);
    (void)weights, (void)constant, (void)scratch;
}

TNCC_STEP void FeedForward_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 16384, scratch, constant + 36864, count);
        FeedForward_forward0_each2(scratch + 32768, constant + 36928, scratch + 16384, constant, count);
        FeedForward_forward0_each3(out0, in0, constant + 37184, scratch + 32768, constant + 18432, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_forward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_forward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_forward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_apply0_once0(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768, 1024, 1280, 1536, 1792};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 8;
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(32);
            tncc_turn(row, 8 * TNCC_COLUMNS(32), in1 + k0 + k1 * 32, at, 0, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * 8 * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(32);
    }
}

/* up.y:1:1 */
TNCC_STEP void FeedForward_apply0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 32, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 4, .ak0 = 32, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 64 + j * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 64 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* up.y:1:2 */
TNCC_STEP void FeedForward_apply0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 0, .a0 = 128, .b0 = 0, .c0 = 256, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 4, .bk0 = 64, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0, in2 + j * TNCC_COLUMNS(64), out + i0 * 64 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0, in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 64 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

TNCC_STEP void FeedForward_apply0_each4(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
            const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
            ptrdiff_t at[TNCC_COLUMNS(32)];
            for (int lane = 0; lane < some; ++lane)
                at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 8;
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const ptrdiff_t k0 = 0;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(32);
                tncc_turn(row, 4 * TNCC_COLUMNS(32), in1 + i0 * 1024 + k0 + k1 * 64, at, 0, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(32); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[i * 4 * TNCC_COLUMNS(32) + lane] = 0;
            }
            to += 32 * TNCC_COLUMNS(32);
        }
}

/* up.y:1 */
TNCC_STEP void FeedForward_apply0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 8, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
            tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + i0 * 32 * TNCC_PADDED(32) + j * 32 * TNCC_COLUMNS(32), out + i0 * 256 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
        if (32 % TNCC_COLUMNS(32))
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + i0 * 32 * TNCC_PADDED(32) + 32 / TNCC_COLUMNS(32) * 32 * TNCC_COLUMNS(32), out + i0 * 256 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
    }
}

/* a */
TNCC_STEP void FeedForward_apply0_each6(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 32; ++i2)
                *(out + i0 * 256 + i1 * 32 + i2) = tncc_gelu((*(in1 + i0 * 256 + i1 * 32 + i2) + *(in2 + i1 + i2 * 8)));
}

/* down.y:1:1 */
TNCC_STEP void FeedForward_apply0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 32, .b1 = 0, .c1 = 128, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 4, .bk0 = 32, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
            tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + i0 * 256 + j * TNCC_COLUMNS(32), out + i0 * 1024 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
        if (32 % TNCC_COLUMNS(32))
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + i0 * 256 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 1024 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
    }
}

/* down.y:1:2 */
TNCC_STEP void FeedForward_apply0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 512, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 8, .b0 = 0, .c0 = 128, .k1 = 8, .ak1 = 128, .bk1 = 8 * TNCC_COLUMNS(32), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 32, in2 + j * 64 * TNCC_COLUMNS(32), out + i0 * 32 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 32, in2 + 32 / TNCC_COLUMNS(32) * 64 * TNCC_COLUMNS(32), out + i0 * 32 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

TNCC_STEP void FeedForward_apply0_each9(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
            const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
            ptrdiff_t at[TNCC_COLUMNS(16)];
            for (int lane = 0; lane < some; ++lane)
                at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                    const real *from = in1 + i0 * 512 + k0 * 128 + k1 * 4;
                    real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[lane] = 0;
                }
            to += 32 * TNCC_COLUMNS(16);
        }
}

/* down.y:1 */
TNCC_STEP void FeedForward_apply0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 4, .a1 = 8, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 32, .bk1 = 8 * TNCC_COLUMNS(16), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 32 * TNCC_PADDED(16) + j * 32 * TNCC_COLUMNS(16), out + i0 * 64 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 32 * TNCC_PADDED(16) + 16 / TNCC_COLUMNS(16) * 32 * TNCC_COLUMNS(16), out + i0 * 64 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* result 0 */
TNCC_STEP void FeedForward_apply0_each11(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) + (*(in2 + i0 * 64 + i1 * 16 + i2 + i3 * 4) + *(in3 + i1 * 16 + i2 * 4 + i3)));
}

TNCC_STEP void FeedForward_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 225296 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 225296;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
        FeedForward_apply0_each2(scratch + 10240, weights->up_A_0, scratch + 5120, count);
        FeedForward_apply0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
        FeedForward_apply0_each4(scratch + 133120, scratch + 51200, count);
        FeedForward_apply0_each5(scratch, weights->up_A_2, scratch + 133120, count);
        FeedForward_apply0_each6(scratch + 20480, scratch, weights->up_bias, count);
        FeedForward_apply0_each7(scratch + 40960, weights->down_A_2, scratch + 20480, count);
        FeedForward_apply0_each8(scratch, scratch + 40960, shared, count);
        FeedForward_apply0_each9(scratch + 40960, scratch, count);
        FeedForward_apply0_each10(scratch, weights->down_A_0, scratch + 40960, count);
        FeedForward_apply0_each11(out0, in0, scratch, weights->down_bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_apply0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 225296 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_apply0_once0(shared, weights->down_A_1);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? (share > 1 ? share : 1) : 80;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_apply0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_apply0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_apply1_once2(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const real *from = in1 + k0 * 4;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 8 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_apply1_once3(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768};
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        ptrdiff_t at[TNCC_COLUMNS(16)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 8;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                tncc_turn(row, TNCC_COLUMNS(16), in1 + k0 * 1024 + k1 * 32 + k2, at, 0, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(16); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[i * TNCC_COLUMNS(16) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(16);
    }
}

/* up.y:1:2 */
TNCC_STEP void FeedForward_apply1_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 64, .k1 = 4, .ak1 = 16, .bk1 = 1024, .k0 = 4, .ak0 = 4, .bk0 = 64, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + i0 * 256 + j * TNCC_COLUMNS(64), out + i0 * 256 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + i0 * 256 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 256 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* down.y:1:1 */
TNCC_STEP void FeedForward_apply1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 32, .a1 = 1, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 32, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 256, in2 + j * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 256, in2 + 32 / TNCC_COLUMNS(32) * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* down.y:1 */
TNCC_STEP void FeedForward_apply1_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 64, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 16, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 4, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 256 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 256 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* result 0 */
TNCC_STEP void FeedForward_apply1_each8(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                *(out + i0 * 64 + i1 * 4 + i2) = (*(in1 + i0 * 64 + i1 * 4 + i2) + (*(in2 + i0 * 64 + i1 + i2 * 16) + *(in3 + i1 * 4 + i2)));
}

TNCC_STEP void FeedForward_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 221200 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 221200;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 6144, scratch, weights->gain, count);
        FeedForward_apply1_each2(scratch + 12288, scratch + 6144, shared, count);
        FeedForward_apply0_each4(scratch + 110592, scratch + 12288, count);
        FeedForward_apply0_each5(scratch, weights->up_A_2, scratch + 110592, count);
        FeedForward_apply0_each6(scratch + 24576, scratch, weights->up_bias, count);
        FeedForward_apply1_each6(scratch + 49152, scratch + 24576, shared + 4096, count);
        FeedForward_apply1_each7(scratch, scratch + 49152, shared + 4384, count);
        FeedForward_apply1_each8(out0, in0, scratch, weights->down_bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_apply1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 221200 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_forward0_pack3(shared, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_apply1_once2(shared + 4096, weights->down_A_2);
        FeedForward_apply1_once3(shared + 4384, scratch);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 96 ? (share > 1 ? share : 1) : 96;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_apply1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_apply1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_apply2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 16384, scratch, weights->gain, count);
        FeedForward_forward0_each2(scratch + 32768, weights->up_bias, scratch + 16384, shared, count);
        FeedForward_forward0_each3(out0, in0, weights->down_bias, scratch + 32768, shared + 18432, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_apply2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_forward0_pack3(scratch, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack4(scratch + 4096, scratch, weights->up_A_2);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 20480, scratch, weights->down_A_2);
        FeedForward_forward0_pack7(shared, scratch + 4096);
        FeedForward_forward0_pack8(shared + 18432, scratch + 20480);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_apply2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_apply2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_backward0_once2(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224, 1024, 1056, 1088, 1120, 1152, 1184, 1216, 1248, 2048, 2080, 2112, 2144, 2176, 2208, 2240, 2272, 3072, 3104, 3136, 3168, 3200, 3232, 3264, 3296};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 256 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(256);
                for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                    memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward0_once3(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
            tncc_turn_few(row, 8 * TNCC_COLUMNS(8), in1 + k0 + k1 * 32 + j * 4, 0, 4, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(8); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[i * 8 * TNCC_COLUMNS(8) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward0_once4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            tncc_turn(row, TNCC_COLUMNS(32), in1 + k0 + j * 8, 0, 8, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 8 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_backward0_once5(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 1024, 2048, 3072};
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        ptrdiff_t at[TNCC_COLUMNS(16)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 64;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                tncc_turn(row, TNCC_COLUMNS(16), in1 + k0 * 256 + k1 * 8 + k2, at, 0, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(16); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[i * TNCC_COLUMNS(16) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void FeedForward_backward0_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                const ptrdiff_t k0 = 0;
                real *row = to + (k0 * 32 + k1 * 4 + k2) * TNCC_COLUMNS(8);
                tncc_turn(row, 32 * TNCC_COLUMNS(8), in1 + k0 + k1 * 32 + k2 * 8 + j * 256, 0, 256, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(8); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[i * 32 * TNCC_COLUMNS(8) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward0_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const ptrdiff_t k0 = 0;
                real *row = to + (k0 * 32 + k1 * 4 + k2) * TNCC_COLUMNS(8);
                tncc_turn(row, 32 * TNCC_COLUMNS(8), in1 + k0 + k1 * 8 + k2 * 64 + j * 256, 0, 256, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(8); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[i * 32 * TNCC_COLUMNS(8) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(8);
    }
}

/* up.y */
TNCC_STEP void FeedForward_backward0_each5(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 32; ++i2)
                *(out + i0 * 256 + i1 * 32 + i2) = (*(in1 + i0 * 256 + i1 * 32 + i2) + *(in2 + i1 + i2 * 8));
}

/* a */
TNCC_STEP void FeedForward_backward0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 256 * rows; ++i0)
        *(out + i0) = tncc_gelu(*(in1 + i0));
}

#endif

#if TNCC_PARTS & 2

/* down.y:1:1 */
TNCC_STEP void FeedForward_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 32, .b1 = 0, .c1 = 10240, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 2560, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 4, .bk0 = 32, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
            tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + i0 * 256 + j * TNCC_COLUMNS(32), out + i0 * 32 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
        if (32 % TNCC_COLUMNS(32))
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + i0 * 256 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 32 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
    }
}

/* down.bias':1 */
TNCC_STEP void FeedForward_backward0_each8(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 64; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                sum += *(in1 + i0 + k0 * 64);
        *(out + i0) = (more ? *(out + i0) : 0) + sum;
    }
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 256, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 4, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * 16 * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * 16 * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

TNCC_STEP void FeedForward_backward0_each10(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k1 = 0; k1 < rows; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * rows + k1) * TNCC_COLUMNS(16);
            tncc_turn_few(row, rows * TNCC_COLUMNS(16), in1 + k0 + k1 * 64 + j * 4, 0, 4, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(16); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[i * rows * TNCC_COLUMNS(16) + lane] = 0;
        }
        to += 4 * rows * TNCC_COLUMNS(16);
    }
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward0_each11(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 2560, .bk1 = rows * TNCC_COLUMNS(16), .k0 = rows, .ak0 = 32, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 10240, in2 + j * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 10240, in2 + 16 / TNCC_COLUMNS(16) * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* a':1 */
TNCC_STEP void FeedForward_backward0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 32, .a1 = 8, .b1 = 0, .c1 = 8, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 256, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 1024, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 256 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 1024, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 256 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward0_each13(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 32; ++k1) {
                const real *from = in1 + k0 * 1024 + k1 * 8;
                real *row = to + (k0 * 32 + k1) * TNCC_COLUMNS(32);
                for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                    memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[lane] = 0;
            }
        to += 32 * rows * TNCC_COLUMNS(32);
    }
}

/* down.A[2]':1 */
TNCC_STEP void FeedForward_backward0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 32, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 256, .bk1 = 32 * TNCC_COLUMNS(32), .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * 32 * rows * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * 32 * rows * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* up.y':2 */
TNCC_STEP void FeedForward_backward0_each15(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 32; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 256 + i1 * 8 + i2) = (*(in1 + i0 * 256 + i1 * 8 + i2) * tncc_gelu_slope(*(in2 + i0 * 256 + i1 + i2 * 32)));
}

/* up.bias':1 */
TNCC_STEP void FeedForward_backward0_each16(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 256; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                sum += *(in1 + i0 + k0 * 256);
        *(out + i0) = (more ? *(out + i0) : 0) + sum;
    }
}

/* up.A[2]':1 */
TNCC_STEP void FeedForward_backward0_each17(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 64, .b1 = 0, .c1 = 8, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = 4, .ak1 = 256, .bk1 = 64, .k0 = 8, .ak0 = 8, .bk0 = 8, .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 1024, in2 + k0 * 256 + j * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), more || k0 > 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 1024, in2 + k0 * 256 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), more || k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* up.y:1:2':1 */
TNCC_STEP void FeedForward_backward0_each18(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 32, .a1 = 8, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 256, in2 + j * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 256, in2 + 32 / TNCC_COLUMNS(32) * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* z':1 */
TNCC_STEP void FeedForward_backward0_each19(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 16, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 1280, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 4, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 256 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 256 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

TNCC_STEP void FeedForward_backward0_each20(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(16);
            tncc_turn_few(row, TNCC_COLUMNS(16), in1 + k0 * 64 + k1 + j * 4, 0, 4, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(16); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[i * TNCC_COLUMNS(16) + lane] = 0;
        }
        to += 4 * rows * TNCC_COLUMNS(16);
    }
}

/* up.y:1:1':1 */
TNCC_STEP void FeedForward_backward0_each21(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 32, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 1024, .bk1 = 4 * TNCC_COLUMNS(16), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 4, in2 + j * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 4, in2 + 16 / TNCC_COLUMNS(16) * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* z:1':1 */
TNCC_STEP void FeedForward_backward0_each22(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 1280 + i1 * 16 + i2) = (*(in1 + i0 * 1280 + i1 * 16 + i2) * *(in2 + i0 + i2 * 4));
}

/* gain':1 */
TNCC_STEP void FeedForward_backward0_each23(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1) {
            real sum = 0;
                for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                    sum += (*(in1 + i0 + i1 * 1280 + k0 * 16) * *(in2 + i0 * 4 + i1 + k0 * 64));
            *(out + i0 * 4 + i1) = (more ? *(out + i0 * 4 + i1) : 0) + sum;
        }
}

/* x':1 */
TNCC_STEP void FeedForward_backward0_each24(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum;
        {
            real parts[TNCC_SUMS];
            for (int lane = 0; lane < TNCC_SUMS; ++lane)
                parts[lane] = 0;
            for (ptrdiff_t block = 0; block < 64 / TNCC_SUMS; ++block)
                for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                    const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                    parts[lane] += *(in1 + i0 * 64 + k0);
                }
            for (ptrdiff_t k0 = 64 / TNCC_SUMS * TNCC_SUMS; k0 < 64; ++k0)
                parts[0] += *(in1 + i0 * 64 + k0);
            sum = tncc_total(parts);
        }
        const real mean = sum / (real)(64);
        real squares;
        {
            real parts[TNCC_SUMS];
            for (int lane = 0; lane < TNCC_SUMS; ++lane)
                parts[lane] = 0;
            for (ptrdiff_t block = 0; block < 64 / TNCC_SUMS; ++block)
                for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                    const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                    parts[lane] += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
                }
            for (ptrdiff_t k0 = 64 / TNCC_SUMS * TNCC_SUMS; k0 < 64; ++k0)
                parts[0] += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
            squares = tncc_total(parts);
        }
        const real scale = 1 / SQRT(squares / (real)(64) + (real)1e-5);
        *(out + i0) = scale;
    }
}

/* x':2 */
TNCC_STEP void FeedForward_backward0_each25(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    sum += *(in1 + i0 * 16 + k0 + k1 * 1280);
        *(out + i0) = sum;
    }
}

/* x':3 */
TNCC_STEP void FeedForward_backward0_each26(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        *(out + i0) = ((real)0.015625 * *(in1 + i0));
}

/* x':5 */
TNCC_STEP void FeedForward_backward0_each27(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    sum += (*(in1 + i0 * 16 + k0 + k1 * 1280) * *(in2 + i0 * 64 + k0 * 4 + k1));
        *(out + i0) = sum;
    }
}

/* x':7 */
TNCC_STEP void FeedForward_backward0_each29(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 64; ++i1)
            *(out + i0 * 64 + i1) = (*(in1 + i0) * *(in2 + i0 * 64 + i1));
}

/* result 0 */
TNCC_STEP void FeedForward_backward0_each30(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                *(out + i0 * 64 + i1 * 4 + i2) = (*(in1 + i0 * 64 + i1 * 4 + i2) + (((*(in2 + i0 * 16 + i1 + i2 * 1280) - *(in3 + i0)) - *(in4 + i0 * 64 + i1 * 4 + i2)) * *(in5 + i0)));
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward0_last0(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 4, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 128, .b0 = 0, .c0 = 32, .k1 = 8, .ak1 = 16, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + j * 256 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), k0 > 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + 8 / TNCC_COLUMNS(8) * 256 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward0_last1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 16, 32, 48, 64, 80, 96, 112, 512, 528, 544, 560, 576, 592, 608, 624, 1024, 1040, 1056, 1072, 1088, 1104, 1120, 1136, 1536, 1552, 1568, 1584, 1600, 1616, 1632, 1648, 2048, 2064, 2080, 2096, 2112, 2128, 2144, 2160, 2560, 2576, 2592, 2608, 2624, 2640, 2656, 2672, 3072, 3088, 3104, 3120, 3136, 3152, 3168, 3184, 3584, 3600, 3616, 3632, 3648, 3664, 3680, 3696};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 128 + k1 * 4;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(256);
                for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                    memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
                for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(256);
    }
}

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward0_last2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 8, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * 16 * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * 16 * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* up.A[0]':1 */
TNCC_STEP void FeedForward_backward0_last3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 128, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 4, .b0 = 0, .c0 = 32, .k1 = 8, .ak1 = 16, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + j * 256 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), k0 > 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + 8 / TNCC_COLUMNS(8) * 256 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward0_last4(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 16, 32, 48, 64, 80, 96, 112, 1, 17, 33, 49, 65, 81, 97, 113, 2, 18, 34, 50, 66, 82, 98, 114, 3, 19, 35, 51, 67, 83, 99, 115};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 512;
        for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const real *from = in1 + k0 * 4 + k1 * 128;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(256);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[lane]];
                for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(256);
    }
}

/* result 6 */
TNCC_STEP void FeedForward_backward0_last6(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        tncc_turn(out + i0 * 256, 8, in1 + i0 * 256, 0, 32, 32, 8);
}

/* result 7 */
TNCC_STEP void FeedForward_backward0_last7(real *restrict out, const real *restrict in1)
{
    tncc_turn(out, 32, in1, 0, 8, 8, 32);
}

TNCC_STEP void FeedForward_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 389136 + 9104;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 389136;
    real *const total0 = total + 0;
    real *const total1 = total + 4096;
    real *const total2 = total + 4352;
    real *const total3 = me || !out[3] ? total + 8448 : out[3];
    real *const total4 = me || !out[4] ? total + 8704 : out[4];
    real *const total5 = me || !out[8] ? total + 8960 : out[8];
    real *const total6 = me || !out[9] ? total + 9024 : out[9];
    if (low == high) memset(total0, 0, (size_t)(4096) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(4096) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total5, 0, (size_t)(64) * sizeof(real));
    if (low == high) memset(total6, 0, (size_t)(64) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        const real *in1 = in[1] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
        FeedForward_apply1_each2(scratch + 10240, scratch + 5120, shared, count);
        FeedForward_apply0_each4(scratch + 92160, scratch + 10240, count);
        FeedForward_apply0_each5(scratch + 184320, weights->up_A_2, scratch + 92160, count);
        FeedForward_backward0_each5(scratch + 92160, scratch + 184320, weights->up_bias, count);
        FeedForward_backward0_each6(scratch + 112640, scratch + 92160, count);
        FeedForward_backward0_each7(scratch + 133120, weights->down_A_2, scratch + 112640, count);
        FeedForward_backward0_each8(total5, in1, count, tile > low);
        FeedForward_backward0_each9(scratch + 215040, in1, shared + 4096, count);
        FeedForward_backward0_each10(scratch + 296960, in1, count);
        FeedForward_backward0_each11(total0, scratch + 133120, scratch + 296960, count, tile > low);
        FeedForward_backward0_each12(scratch + 133120, scratch + 215040, shared + 8704, count);
        FeedForward_backward0_each13(scratch + 296960, scratch + 215040, count);
        FeedForward_backward0_each14(total1, scratch + 112640, scratch + 296960, count, tile > low);
        FeedForward_backward0_each15(scratch + 112640, scratch + 133120, scratch + 92160, count);
        FeedForward_backward0_each16(total4, scratch + 112640, count, tile > low);
        FeedForward_backward0_each17(total3, scratch + 10240, scratch + 112640, count, tile > low);
        FeedForward_backward0_each18(scratch + 10240, scratch + 112640, shared + 9216, count);
        FeedForward_backward0_each19(scratch + 92160, scratch + 10240, shared + 9504, count);
        FeedForward_backward0_each20(scratch + 97280, scratch + 5120, count);
        FeedForward_backward0_each21(total2, scratch + 10240, scratch + 97280, count, tile > low);
        FeedForward_backward0_each22(scratch + 5120, scratch + 92160, weights->gain, count);
        FeedForward_backward0_each23(total6, scratch + 92160, scratch, count, tile > low);
        FeedForward_backward0_each24(scratch + 10240, in0, count);
        FeedForward_backward0_each25(scratch + 10320, scratch + 5120, count);
        FeedForward_backward0_each26(scratch + 10400, scratch + 10320, count);
        FeedForward_backward0_each27(scratch + 10320, scratch + 5120, scratch, count);
        FeedForward_backward0_each26(scratch + 10480, scratch + 10320, count);
        FeedForward_backward0_each29(scratch + 10560, scratch + 10480, scratch, count);
        FeedForward_backward0_each30(out0, in1, scratch + 5120, scratch + 10400, scratch + 10560, scratch + 10240, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_backward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 389136 + 9104;
    {
        real *scratch = space, *total = space + own - (9104);
        real *const total0 = total + 0;
        real *const total1 = total + 4096;
        real *const total2 = total + 4352;
        real *const total3 = out[3] ? out[3] : total + 8448;
        real *const total4 = out[4] ? out[4] : total + 8704;
        real *const total5 = out[8] ? out[8] : total + 8960;
        real *const total6 = out[9] ? out[9] : total + 9024;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_pack3(shared, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_backward0_once2(shared + 4096, scratch);
        FeedForward_backward0_once3(shared + 8704, weights->down_A_2);
        FeedForward_backward0_once4(shared + 9216, weights->up_A_2);
        FeedForward_backward0_once5(shared + 9504, shared);
        FeedForward_backward0_once6(shared + 14112, weights->down_A_1);
        FeedForward_backward0_once7(shared + 18208, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
        (void)total6;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? (share > 1 ? share : 1) : 80;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_backward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_backward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (9104);
        real *const total0 = total + 0;
        real *const total1 = total + 4096;
        real *const total2 = total + 4352;
        real *const total3 = out[3] ? out[3] : total + 8448;
        real *const total4 = out[4] ? out[4] : total + 8704;
        real *const total5 = out[8] ? out[8] : total + 8960;
        real *const total6 = out[9] ? out[9] : total + 9024;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(4096, 16, part, threads), tncc_part(4096, 16, part + 1, threads));
                tncc_add(total1, more + 4096, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total2, more + 4352, tncc_part(4096, 16, part, threads), tncc_part(4096, 16, part + 1, threads));
                tncc_add(total3, more + 8448, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total4, more + 8704, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total5, more + 8960, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
                tncc_add(total6, more + 9024, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (9104);
        real *const total0 = total + 0;
        real *const total1 = total + 4096;
        real *const total2 = total + 4352;
        real *const total3 = out[3] ? out[3] : total + 8448;
        real *const total4 = out[4] ? out[4] : total + 8704;
        real *const total5 = out[8] ? out[8] : total + 8960;
        real *const total6 = out[9] ? out[9] : total + 9024;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        if (out5) FeedForward_backward0_last0(out5, total0, shared + 14112);
        FeedForward_backward0_last1(scratch, total0);
        FeedForward_backward0_last2(scratch + 4608, weights->down_A_0, scratch);
        if (out1) FeedForward_backward0_last3(out1, total2, shared + 18208);
        FeedForward_backward0_last4(scratch, total2);
        if (out2) FeedForward_backward0_last2(out2, weights->up_A_0, scratch);
        if (out6) FeedForward_backward0_last6(out6, scratch + 4608);
        if (out7) FeedForward_backward0_last7(out7, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
        (void)total6;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_backward1_once5(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 128, 256, 384, 512, 640, 768, 896, 4096, 4224, 4352, 4480, 4608, 4736, 4864, 4992, 8192, 8320, 8448, 8576, 8704, 8832, 8960, 9088, 12288, 12416, 12544, 12672, 12800, 12928, 13056, 13184};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 4;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                tncc_turn_few(row, TNCC_COLUMNS(256), in1 + k0 * 1024 + k1 * 32 + k2, at, 0, 4, some);
                for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(256); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[i * TNCC_COLUMNS(256) + lane] = 0;
            }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward1_once6(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768, 4096, 4352, 4608, 4864, 8192, 8448, 8704, 8960, 12288, 12544, 12800, 13056};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        ptrdiff_t at[TNCC_COLUMNS(64)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 8;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                tncc_turn(row, TNCC_COLUMNS(64), in1 + k0 * 1024 + k1 * 32 + k2, at, 0, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * TNCC_COLUMNS(64) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_backward1_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
            tncc_turn(row, TNCC_COLUMNS(8), in1 + k0 * 8 + k1 + j * 32, 0, 32, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(8); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[i * TNCC_COLUMNS(8) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(8);
    }
}

/* up.y:1, up.y */
struct FeedForward_backward1_each2_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_backward1_each2_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_backward1_each2_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + (row + i / base) * 256 + (column + j)) = (sum + *(in1 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_backward1_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_backward1_each2_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1, .finish = FeedForward_backward1_each2_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in2, in3 + j * 64 * TNCC_COLUMNS(256), out, 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in2, in3 + 256 / TNCC_COLUMNS(256) * 64 * TNCC_COLUMNS(256), out, 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward1_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 256, .a1 = 1, .b1 = 0, .c1 = 64, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 256, .bk0 = 64, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + j * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* up.y':1 */
TNCC_STEP void FeedForward_backward1_each6(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 256 * rows; ++i0)
        *(out + i0) = tncc_gelu_slope(*(in1 + i0));
}

/* a':1, up.y':2 */
struct FeedForward_backward1_each7_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_backward1_each7_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_backward1_each7_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + (row + i / base) * 256 + (column + j)) = (sum * *(in1 + (row + i / base) * 256 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_backward1_each7(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_backward1_each7_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1, .finish = FeedForward_backward1_each7_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in2, in3 + j * 64 * TNCC_COLUMNS(256), out, 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in2, in3 + 256 / TNCC_COLUMNS(256) * 64 * TNCC_COLUMNS(256), out, 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

#endif

#if TNCC_PARTS & 4

/* z':1 */
TNCC_STEP void FeedForward_backward1_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 256, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + j * 256 * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + 64 / TNCC_COLUMNS(64) * 256 * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* up.y:1:2':1 */
TNCC_STEP void FeedForward_backward1_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 64, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), more, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), more, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* gain':1 */
TNCC_STEP void FeedForward_backward1_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 1, .a1 = 0, .b1 = 0, .c1 = 0, .base = 1, .known = 1, .paired = 1, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 64, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1 + j * TNCC_COLUMNS(64), in2 + j * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* x':2 */
TNCC_STEP void FeedForward_backward1_each14(real *restrict out, const real *restrict in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
                sum += *(in1 + i0 * 64 + k0);
        *(out + i0) = sum;
    }
}

/* x':5 */
TNCC_STEP void FeedForward_backward1_each16(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
                sum += (*(in1 + i0 * 64 + k0) * *(in2 + i0 * 64 + k0));
        *(out + i0) = sum;
    }
}

/* result 0 */
TNCC_STEP void FeedForward_backward1_each19(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 64; ++i1)
            *(out + i0 * 64 + i1) = (*(in1 + i0 * 64 + i1) + (((*(in2 + i0 * 64 + i1) - *(in3 + i0)) - *(in4 + i0 * 64 + i1)) * *(in5 + i0)));
}

TNCC_STEP void FeedForward_backward1_last0(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 64, 128, 192, 256, 320, 384, 448};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    for (ptrdiff_t k3 = 0; k3 < 4; ++k3) {
                        const real *from = in1 + k0 * 4096 + k1 * 16 + k2 * 512 + k3 * 4;
                        real *row = to + (k0 * 128 + k1 * 32 + k2 * 4 + k3) * TNCC_COLUMNS(32);
                        for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                            memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
                        for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                            row[lane] = 0;
                    }
        to += 512 * TNCC_COLUMNS(32);
    }
}

/* down.A[2]':1 */
TNCC_STEP void FeedForward_backward1_last1(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 512, .ak0 = 8, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * 512 * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * 512 * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

TNCC_STEP void FeedForward_backward1_last2(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 512, 1024, 1536, 2048, 2560, 3072, 3584, 16, 528, 1040, 1552, 2064, 2576, 3088, 3600, 32, 544, 1056, 1568, 2080, 2592, 3104, 3616, 48, 560, 1072, 1584, 2096, 2608, 3120, 3632, 4096, 4608, 5120, 5632, 6144, 6656, 7168, 7680, 4112, 4624, 5136, 5648, 6160, 6672, 7184, 7696, 4128, 4640, 5152, 5664, 6176, 6688, 7200, 7712, 4144, 4656, 5168, 5680, 6192, 6704, 7216, 7728, 8192, 8704, 9216, 9728, 10240, 10752, 11264, 11776, 8208, 8720, 9232, 9744, 10256, 10768, 11280, 11792, 8224, 8736, 9248, 9760, 10272, 10784, 11296, 11808, 8240, 8752, 9264, 9776, 10288, 10800, 11312, 11824, 12288, 12800, 13312, 13824, 14336, 14848, 15360, 15872, 12304, 12816, 13328, 13840, 14352, 14864, 15376, 15888, 12320, 12832, 13344, 13856, 14368, 14880, 15392, 15904, 12336, 12848, 13360, 13872, 14384, 14896, 15408, 15920};
    for (int j = 0; j < 512; j += TNCC_COLUMNS(512)) {
        const int some = 512 - j < TNCC_COLUMNS(512) ? 512 - j : TNCC_COLUMNS(512);
        ptrdiff_t at[TNCC_COLUMNS(512)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 4;
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(512);
            tncc_turn_few(row, TNCC_COLUMNS(512), in1 + k0 * 64 + k1, at, 0, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(512); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(512); ++lane)
                    row[i * TNCC_COLUMNS(512) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(512);
    }
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward1_last3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 32, .b1 = 0, .c1 = 512, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(512), .apart = 1};
    for (ptrdiff_t j = 0; j < 512 / TNCC_COLUMNS(512); ++j)
        tncc_tiles(s, TNCC_COLUMNS(512), in1, in2 + j * 32 * TNCC_COLUMNS(512), out + j * TNCC_COLUMNS(512), 0, (int)(j * TNCC_COLUMNS(512)));
    if (512 % TNCC_COLUMNS(512))
        tncc_tiles(s, 512 % TNCC_COLUMNS(512), in1, in2 + 512 / TNCC_COLUMNS(512) * 32 * TNCC_COLUMNS(512), out + 512 / TNCC_COLUMNS(512) * TNCC_COLUMNS(512), 0, (int)(512 / TNCC_COLUMNS(512) * TNCC_COLUMNS(512)));
}

TNCC_STEP void FeedForward_backward1_last4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(16);
            tncc_turn(row, 8 * TNCC_COLUMNS(16), in1 + k0 + k1 * 512 + j * 32, 0, 32, 32, some);
            for (ptrdiff_t i = 0; i < 32 && some < TNCC_COLUMNS(16); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[i * 8 * TNCC_COLUMNS(16) + lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(16);
    }
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward1_last5(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 256, .b1 = 0, .c1 = 1, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 8};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 256 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16) * 8, 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 256 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16) * 8, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward1_last6(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 8, .bk0 = 32, .apart = 8};
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0) {
        for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
            tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + i0 * 512 + j * TNCC_COLUMNS(32), out + i0 + j * TNCC_COLUMNS(32) * 8, 0, (int)(j * TNCC_COLUMNS(32)));
        if (32 % TNCC_COLUMNS(32))
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + i0 * 512 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32) * 8, 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
    }
}

TNCC_STEP void FeedForward_backward1_last7(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    for (ptrdiff_t k3 = 0; k3 < 8; ++k3) {
                        const real *from = in1 + k0 * 4096 + k1 * 64 + k2 * 1024 + k3 * 8;
                        real *row = to + (k0 * 128 + k1 * 32 + k2 * 8 + k3) * TNCC_COLUMNS(32);
                        for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                            memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                        for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                            row[lane] = 0;
                    }
        to += 512 * TNCC_COLUMNS(32);
    }
}

/* up.y:1:1':1 */
TNCC_STEP void FeedForward_backward1_last9(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 64, .b1 = 0, .c1 = 256, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 4096, .b0 = 0, .c0 = 1024, .k1 = 4, .ak1 = 256, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 1024 + i1 * 8, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 64 + i1 * 8 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 1024 + i1 * 8, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 64 + i1 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward1_last10(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(16);
            tncc_turn(row, TNCC_COLUMNS(16), in1 + k0 + j * 256, 0, 256, 256, some);
            for (ptrdiff_t i = 0; i < 256 && some < TNCC_COLUMNS(16); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[i * TNCC_COLUMNS(16) + lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(16);
    }
}

/* up.A[1]':1 */
TNCC_STEP void FeedForward_backward1_last12(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 8, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

TNCC_STEP void FeedForward_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 107536 + 33168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 107536;
    real *const total0 = total + 0;
    real *const total1 = total + 16384;
    real *const total2 = me || !out[4] ? total + 32768 : out[4];
    real *const total3 = me || !out[8] ? total + 33024 : out[8];
    real *const total4 = me || !out[9] ? total + 33088 : out[9];
    if (low == high) memset(total0, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(64) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(64) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        const real *in1 = in[1] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 10752, scratch, weights->gain, count);
        FeedForward_backward1_each2(scratch + 21504, weights->up_bias, scratch + 10752, shared + 8192, count);
        FeedForward_backward0_each6(scratch + 64512, scratch + 21504, count);
        FeedForward_backward0_each8(total3, in1, count, tile > low);
        FeedForward_backward1_each5(total0, scratch + 64512, in1, count, tile > low);
        FeedForward_backward1_each6(scratch + 64512, scratch + 21504, count);
        FeedForward_backward1_each7(scratch + 21504, scratch + 64512, in1, shared + 26624, count);
        FeedForward_backward0_each16(total2, scratch + 21504, count, tile > low);
        FeedForward_backward1_each9(scratch + 64512, scratch + 21504, shared + 45056, count);
        FeedForward_backward1_each10(total1, scratch + 10752, scratch + 21504, count, tile > low);
        FeedForward_forward0_each1(scratch + 10752, scratch + 64512, weights->gain, count);
        FeedForward_backward1_each12(total4, scratch + 64512, scratch, count, tile > low);
        FeedForward_backward0_each24(scratch + 21504, in0, count);
        FeedForward_backward1_each14(scratch + 21680, scratch + 10752, count);
        FeedForward_backward0_each26(scratch + 21856, scratch + 21680, count);
        FeedForward_backward1_each16(scratch + 21680, scratch + 10752, scratch, count);
        FeedForward_backward0_each26(scratch + 22032, scratch + 21680, count);
        FeedForward_backward0_each29(scratch + 22208, scratch + 22032, scratch, count);
        FeedForward_backward1_each19(out0, in1, scratch + 10752, scratch + 21856, scratch + 22208, scratch + 21504, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_backward1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 107536 + 33168;
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_pack3(shared, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack4(scratch, shared, weights->up_A_2);
        FeedForward_forward0_pack3(shared + 4096, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 16384, shared + 4096, weights->down_A_2);
        FeedForward_forward0_pack7(shared + 8192, scratch);
        FeedForward_backward1_once5(shared + 26624, scratch + 16384);
        FeedForward_backward1_once6(shared + 45056, scratch);
        FeedForward_backward1_once7(shared + 63488, weights->up_A_2);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? (share > 1 ? share : 1) : 168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_backward1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_backward1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total1, more + 16384, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total2, more + 32768, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total3, more + 33024, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
                tncc_add(total4, more + 33088, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_backward1_last0(scratch, total0);
        if (out7) FeedForward_backward1_last1(out7, shared + 4096, scratch);
        FeedForward_backward1_last2(scratch, total0);
        FeedForward_backward1_last3(scratch + 16896, weights->down_A_2, scratch);
        FeedForward_backward1_last4(scratch, scratch + 16896);
        if (out5) FeedForward_backward1_last5(out5, weights->down_A_1, scratch);
        if (out6) FeedForward_backward1_last6(out6, weights->down_A_0, scratch + 16896);
        FeedForward_backward1_last7(scratch, total1);
        if (out3) FeedForward_backward1_last1(out3, shared, scratch);
        FeedForward_backward1_last9(scratch, total1, shared + 63488);
        FeedForward_backward1_last10(scratch + 4096, scratch);
        if (out1) FeedForward_backward1_last5(out1, weights->up_A_1, scratch + 4096);
        if (out2) FeedForward_backward1_last12(out2, weights->up_A_0, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_forward_saving0_once1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 256, 512, 768, 1024, 1280, 1536, 1792};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 8;
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(32);
            tncc_turn(row, TNCC_COLUMNS(32), in1 + k0 * 32 + k1, at, 0, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(32);
    }
}

/* down.y:1:2 */
TNCC_STEP void FeedForward_forward_saving0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 512, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 4, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 256, in2 + j * 64 * TNCC_COLUMNS(32), out + i0 * 128 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 256, in2 + 32 / TNCC_COLUMNS(32) * 64 * TNCC_COLUMNS(32), out + i0 * 128 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

TNCC_STEP void FeedForward_forward_saving0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 225296 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 225296;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
        FeedForward_apply0_each2(scratch + 10240, weights->up_A_0, scratch + 5120, count);
        FeedForward_apply0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
        FeedForward_apply0_each4(scratch + 133120, scratch + 51200, count);
        FeedForward_apply0_each5(scratch, weights->up_A_2, scratch + 133120, count);
        FeedForward_apply0_each6(scratch + 20480, scratch, weights->up_bias, count);
        FeedForward_apply1_each6(scratch + 40960, scratch + 20480, shared, count);
        FeedForward_forward_saving0_each8(scratch, scratch + 40960, shared + 288, count);
        FeedForward_apply0_each9(scratch + 40960, scratch, count);
        FeedForward_apply0_each10(scratch, weights->down_A_0, scratch + 40960, count);
        FeedForward_apply0_each11(out0, in0, scratch, weights->down_bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 225296 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_apply1_once2(shared, weights->down_A_2);
        FeedForward_forward_saving0_once1(shared + 288, weights->down_A_1);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? (share > 1 ? share : 1) : 80;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_forward_saving0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_forward_saving0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_forward_saving1_once1(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 512; j += TNCC_COLUMNS(512)) {
        const int some = 512 - j < TNCC_COLUMNS(512) ? 512 - j : TNCC_COLUMNS(512);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(512);
            tncc_turn(row, TNCC_COLUMNS(512), in1 + k0 + j * 8, 0, 8, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(512); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(512); ++lane)
                    row[i * TNCC_COLUMNS(512) + lane] = 0;
        }
        to += 8 * TNCC_COLUMNS(512);
    }
}

/* up.y:1:2 */
TNCC_STEP void FeedForward_forward_saving1_once2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 32, .a1 = 1, .b1 = 0, .c1 = 512, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 32, .bk0 = TNCC_COLUMNS(512), .apart = 1};
    for (ptrdiff_t j = 0; j < 512 / TNCC_COLUMNS(512); ++j)
        tncc_tiles(s, TNCC_COLUMNS(512), in1, in2 + j * 8 * TNCC_COLUMNS(512), out + j * TNCC_COLUMNS(512), 0, (int)(j * TNCC_COLUMNS(512)));
    if (512 % TNCC_COLUMNS(512))
        tncc_tiles(s, 512 % TNCC_COLUMNS(512), in1, in2 + 512 / TNCC_COLUMNS(512) * 8 * TNCC_COLUMNS(512), out + 512 / TNCC_COLUMNS(512) * TNCC_COLUMNS(512), 0, (int)(512 / TNCC_COLUMNS(512) * TNCC_COLUMNS(512)));
}

TNCC_STEP void FeedForward_forward_saving1_each2(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 512, 544, 576, 608, 1024, 1056, 1088, 1120, 1536, 1568, 1600, 1632, 2048, 2080, 2112, 2144, 2560, 2592, 2624, 2656, 3072, 3104, 3136, 3168, 3584, 3616, 3648, 3680};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                    const real *from = in1 + k0 * 128 + k1 * 8 + k2 * 4096;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[lane] = 0;
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

/* up.y:1 */
TNCC_STEP void FeedForward_forward_saving1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * 64 * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * 64 * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* result 7 */
TNCC_STEP void FeedForward_forward_saving1_each4(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 32; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 256 + i1 * 8 + i2) = (*(in1 + i0 * 256 + i1 + i2 * 32) + *(in2 + i1 * 8 + i2));
}

TNCC_STEP void FeedForward_forward_saving1_each6(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 512, 544, 576, 608, 1024, 1056, 1088, 1120, 1536, 1568, 1600, 1632};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        ptrdiff_t at[TNCC_COLUMNS(64)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + (j + lane) % 4;
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                    const real *from = in1 + k0 * 128 + k1 * 4 + k2 * 2048;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_forward_saving1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 83984 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 83984;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5] + first * 64;
        real *out6 = out[6] + first * 64;
        real *out7 = out[7] + first * 256;
        real *out8 = out[8] + first * 256;
        (void)in0, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8;
        FeedForward_forward0_each0(out5, in0, count);
        FeedForward_forward0_each1(out6, out5, weights->gain, count);
        FeedForward_forward_saving1_each2(scratch, out2);
        FeedForward_forward_saving1_each3(scratch + 18432, out6, scratch, count);
        FeedForward_forward_saving1_each4(out7, scratch + 18432, weights->up_bias, count);
        FeedForward_backward0_each6(out8, out7, count);
        FeedForward_forward_saving1_each6(scratch, out4);
        FeedForward_backward1_each9(scratch + 18432, out8, scratch, count);
        FeedForward_apply1_each8(out0, in0, scratch + 18432, weights->down_bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 83984 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        (void)in0, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8;
        if (out1) FeedForward_forward0_pack3(out1, weights->up_A_0, weights->up_A_1);
        FeedForward_forward_saving1_once1(scratch, out1);
        if (out2) FeedForward_forward_saving1_once2(out2, weights->up_A_2, scratch);
        if (out3) FeedForward_forward0_pack3(out3, weights->down_A_0, weights->down_A_1);
        FeedForward_forward_saving1_once1(scratch, out3);
        if (out4) FeedForward_forward_saving1_once2(out4, weights->down_A_2, scratch);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_forward_saving1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_forward_saving1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_forward_saving2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        real *out0 = out[0] + first * 64;
        (void)in0, (void)out0;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 16384, scratch, weights->gain, count);
        FeedForward_forward0_each2(scratch + 32768, weights->up_bias, scratch + 16384, shared, count);
        FeedForward_forward0_each3(out0, in0, weights->down_bias, scratch + 32768, shared + 18432, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_forward0_pack3(scratch, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack4(scratch + 4096, scratch, weights->up_A_2);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 20480, scratch, weights->down_A_2);
        FeedForward_forward0_pack7(shared, scratch + 4096);
        FeedForward_forward0_pack8(shared + 18432, scratch + 20480);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_forward_saving2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_forward_saving2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved0_once1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        ptrdiff_t at[TNCC_COLUMNS(64)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 256 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(64);
                for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                    memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_backward_saved0_once4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            tncc_turn(row, TNCC_COLUMNS(32), in1 + k0 + j * 64, 0, 64, 64, some);
            for (ptrdiff_t i = 0; i < 64 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_backward_saved0_each11(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 128, 256, 384};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 4;
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                const ptrdiff_t k1 = 0;
                real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(32);
                tncc_turn_few(row, 4 * TNCC_COLUMNS(32), in1 + k0 * 512 + k1 + k2 * 32, at, 0, 4, some);
                for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(32); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[i * 4 * TNCC_COLUMNS(32) + lane] = 0;
            }
        to += 16 * rows * TNCC_COLUMNS(32);
    }
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward_saved0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 16, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 64, .bk1 = 16 * TNCC_COLUMNS(32), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * 16 * rows * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * 16 * rows * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward_saved0_each13(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 16, .base = 4, .known = 1, .paired = 0, .whole = 0, .a0 = 32, .b0 = 0, .c0 = 128, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 4, .ak0 = 8, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 64 + j * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 64 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_STEP void FeedForward_backward_saved0_each14(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                const ptrdiff_t k1 = 0;
                real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(32);
                tncc_turn_few(row, 4 * TNCC_COLUMNS(32), in1 + k0 * 512 + k1 + k2 * 128 + j * 4, 0, 4, 4, some);
                for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(32); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[i * 4 * TNCC_COLUMNS(32) + lane] = 0;
            }
        to += 16 * rows * TNCC_COLUMNS(32);
    }
}

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward_saved0_each15(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 1024, .bk1 = 16 * TNCC_COLUMNS(32), .k0 = 16, .ak0 = 8, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 128, in2 + j * 16 * rows * TNCC_COLUMNS(32), out + i0 * 32 + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 128, in2 + 32 / TNCC_COLUMNS(32) * 16 * rows * TNCC_COLUMNS(32), out + i0 * 32 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

#endif

#if TNCC_PARTS & 8

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward_saved0_each16(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 128, .b0 = 0, .c0 = 256, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 4, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0, in2 + j * 32 * TNCC_COLUMNS(64), out + i0 * 64 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0, in2 + 64 / TNCC_COLUMNS(64) * 32 * TNCC_COLUMNS(64), out + i0 * 64 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* a':1 */
TNCC_STEP void FeedForward_backward_saved0_each17(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 8, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 256, .b0 = 0, .c0 = 64, .k1 = 4, .ak1 = 64, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 1024, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 256 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 1024, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 256 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward_saved0_each18(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 64, 128, 192};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 1024 + k1 * 256 + k2 * 8;
                    real *row = to + (k0 * 32 + k1 * 8 + k2) * TNCC_COLUMNS(32);
                    for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                        memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[lane] = 0;
                }
        to += 32 * rows * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_backward_saved0_each24(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(64);
                tncc_turn_few(row, TNCC_COLUMNS(64), in1 + k0 * 1024 + k1 * 256 + k2 + j * 4, 0, 4, 4, some);
                for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * TNCC_COLUMNS(64) + lane] = 0;
            }
        to += 16 * rows * TNCC_COLUMNS(64);
    }
}

/* up.A[1]':1 */
TNCC_STEP void FeedForward_backward_saved0_each25(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 4, .b1 = 0, .c1 = 64, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 128, .bk1 = 4 * TNCC_COLUMNS(64), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + k0 * 512, in2 + k0 * 16 * TNCC_COLUMNS(64) + j * 16 * rows * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more || k0 > 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + k0 * 512, in2 + k0 * 16 * TNCC_COLUMNS(64) + 64 / TNCC_COLUMNS(64) * 16 * rows * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more || k0 > 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* z':1 */
TNCC_STEP void FeedForward_backward_saved0_each28(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 4, .a1 = 32, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 32 * TNCC_PADDED(16) + j * 32 * TNCC_COLUMNS(16), out + i0 * 64 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 32 * TNCC_PADDED(16) + 16 / TNCC_COLUMNS(16) * 32 * TNCC_COLUMNS(16), out + i0 * 64 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* z:1':1 */
TNCC_STEP void FeedForward_backward_saved0_each31(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) * *(in2 + i1 * 16 + i2 + i3 * 4));
}

/* gain':1 */
TNCC_STEP void FeedForward_backward_saved0_each32(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2) {
                real sum = 0;
                    for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                        sum += (*(in1 + i0 * 16 + i1 + i2 * 4 + k0 * 64) * *(in2 + i0 * 16 + i1 * 4 + i2 + k0 * 64));
                *(out + i0 * 16 + i1 * 4 + i2) = (more ? *(out + i0 * 16 + i1 * 4 + i2) : 0) + sum;
            }
}

/* x':5 */
TNCC_STEP void FeedForward_backward_saved0_each36(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                        sum += (*(in1 + i0 * 64 + k0 * 16 + k1 + k2 * 4) * *(in2 + i0 * 64 + k0 * 16 + k1 * 4 + k2));
        *(out + i0) = sum;
    }
}

/* result 0 */
TNCC_STEP void FeedForward_backward_saved0_each39(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const real *restrict in4, const real *restrict in5, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) + (((*(in2 + i0 * 64 + i1 * 16 + i2 + i3 * 4) - *(in3 + i0)) - *(in4 + i0 * 64 + i1 * 16 + i2 * 4 + i3)) * *(in5 + i0)));
}

/* result 5 */
TNCC_STEP void FeedForward_backward_saved0_last0(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 32 + i1 * 8 + i2) = *(in1 + i0 * 8 + i1 * 32 + i2);
}

/* result 6 */
TNCC_STEP void FeedForward_backward_saved0_last1(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            tncc_turn_few(out + i0 * 256 + i1 * 32, 8, in1 + i0 * 4 + i1 * 256, 0, 32, 4, 8);
}

TNCC_STEP void FeedForward_backward_saved0_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 368656 + 5264;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 368656;
    real *const total0 = total + 0;
    real *const total1 = total + 128;
    real *const total2 = total + 2176;
    real *const total3 = me || !out[1] ? total + 2432 : out[1];
    real *const total4 = me || !out[2] ? total + 2560 : out[2];
    real *const total5 = me || !out[3] ? total + 4608 : out[3];
    real *const total6 = me || !out[4] ? total + 4864 : out[4];
    real *const total7 = me || !out[8] ? total + 5120 : out[8];
    real *const total8 = me || !out[9] ? total + 5184 : out[9];
    if (low == high) memset(total0, 0, (size_t)(128) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(2048) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(128) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(2048) * sizeof(real));
    if (low == high) memset(total5, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total6, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total7, 0, (size_t)(64) * sizeof(real));
    if (low == high) memset(total8, 0, (size_t)(64) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        const real *in1 = in[1] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
        FeedForward_apply0_each2(scratch + 10240, weights->up_A_0, scratch + 5120, count);
        FeedForward_apply0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
        FeedForward_apply0_each4(scratch + 133120, scratch + 51200, count);
        FeedForward_apply0_each5(scratch + 225280, weights->up_A_2, scratch + 133120, count);
        FeedForward_backward0_each5(scratch + 133120, scratch + 225280, weights->up_bias, count);
        FeedForward_backward0_each6(scratch + 153600, scratch + 133120, count);
        FeedForward_apply0_each7(scratch + 174080, weights->down_A_2, scratch + 153600, count);
        FeedForward_apply0_each8(scratch + 256000, scratch + 174080, shared, count);
        FeedForward_backward0_each8(total7, in1, count, tile > low);
        FeedForward_backward_saved0_each11(scratch + 296960, scratch + 256000, count);
        FeedForward_backward_saved0_each12(total0, in1, scratch + 296960, count, tile > low);
        FeedForward_backward_saved0_each13(scratch + 256000, weights->down_A_0, in1, count);
        FeedForward_backward_saved0_each14(scratch + 296960, scratch + 256000, count);
        FeedForward_backward_saved0_each15(total1, scratch + 174080, scratch + 296960, count, tile > low);
        FeedForward_backward_saved0_each16(scratch + 174080, scratch + 256000, shared + 2304, count);
        FeedForward_backward_saved0_each17(scratch + 256000, scratch + 174080, shared + 4608, count);
        FeedForward_backward_saved0_each18(scratch + 276480, scratch + 174080, count);
        FeedForward_backward0_each14(total2, scratch + 153600, scratch + 276480, count, tile > low);
        FeedForward_backward0_each15(scratch + 153600, scratch + 256000, scratch + 133120, count);
        FeedForward_backward0_each16(total6, scratch + 153600, count, tile > low);
        FeedForward_backward0_each17(total5, scratch + 51200, scratch + 153600, count, tile > low);
        FeedForward_backward0_each18(scratch + 51200, scratch + 153600, shared + 5120, count);
        FeedForward_backward_saved0_each24(scratch + 133120, scratch + 51200, count);
        FeedForward_backward_saved0_each25(total4, scratch + 10240, scratch + 133120, count, tile > low);
        FeedForward_forward_saving0_each8(scratch + 10240, scratch + 51200, shared + 5408, count);
        FeedForward_apply0_each9(scratch + 51200, scratch + 10240, count);
        FeedForward_backward_saved0_each28(scratch + 97280, weights->up_A_0, scratch + 51200, count);
        FeedForward_backward_saved0_each11(scratch + 51200, scratch + 10240, count);
        FeedForward_backward_saved0_each12(total3, scratch + 5120, scratch + 51200, count, tile > low);
        FeedForward_backward_saved0_each31(scratch + 5120, scratch + 97280, weights->gain, count);
        FeedForward_backward_saved0_each32(total8, scratch + 97280, scratch, count, tile > low);
        FeedForward_backward0_each24(scratch + 10240, in0, count);
        FeedForward_backward1_each14(scratch + 10320, scratch + 5120, count);
        FeedForward_backward0_each26(scratch + 10400, scratch + 10320, count);
        FeedForward_backward_saved0_each36(scratch + 10320, scratch + 5120, scratch, count);
        FeedForward_backward0_each26(scratch + 10480, scratch + 10320, count);
        FeedForward_backward0_each29(scratch + 10560, scratch + 10480, scratch, count);
        FeedForward_backward_saved0_each39(out0, in1, scratch + 5120, scratch + 10400, scratch + 10560, scratch + 10240, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_backward_saved0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 368656 + 5264;
    {
        real *scratch = space, *total = space + own - (5264);
        real *const total0 = total + 0;
        real *const total1 = total + 128;
        real *const total2 = total + 2176;
        real *const total3 = out[1] ? out[1] : total + 2432;
        real *const total4 = out[2] ? out[2] : total + 2560;
        real *const total5 = out[3] ? out[3] : total + 4608;
        real *const total6 = out[4] ? out[4] : total + 4864;
        real *const total7 = out[8] ? out[8] : total + 5120;
        real *const total8 = out[9] ? out[9] : total + 5184;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_apply0_once0(shared, weights->down_A_1);
        FeedForward_backward_saved0_once1(shared + 2304, weights->down_A_1);
        FeedForward_backward0_once3(shared + 4608, weights->down_A_2);
        FeedForward_backward0_once4(shared + 5120, weights->up_A_2);
        FeedForward_backward_saved0_once4(shared + 5408, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
        (void)total6;
        (void)total7;
        (void)total8;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? (share > 1 ? share : 1) : 80;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_backward_saved0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_backward_saved0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (5264);
        real *const total0 = total + 0;
        real *const total1 = total + 128;
        real *const total2 = total + 2176;
        real *const total3 = out[1] ? out[1] : total + 2432;
        real *const total4 = out[2] ? out[2] : total + 2560;
        real *const total5 = out[3] ? out[3] : total + 4608;
        real *const total6 = out[4] ? out[4] : total + 4864;
        real *const total7 = out[8] ? out[8] : total + 5120;
        real *const total8 = out[9] ? out[9] : total + 5184;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(128, 16, part, threads), tncc_part(128, 16, part + 1, threads));
                tncc_add(total1, more + 128, tncc_part(2048, 16, part, threads), tncc_part(2048, 16, part + 1, threads));
                tncc_add(total2, more + 2176, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total3, more + 2432, tncc_part(128, 16, part, threads), tncc_part(128, 16, part + 1, threads));
                tncc_add(total4, more + 2560, tncc_part(2048, 16, part, threads), tncc_part(2048, 16, part + 1, threads));
                tncc_add(total5, more + 4608, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total6, more + 4864, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total7, more + 5120, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
                tncc_add(total8, more + 5184, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (5264);
        real *const total0 = total + 0;
        real *const total1 = total + 128;
        real *const total2 = total + 2176;
        real *const total3 = out[1] ? out[1] : total + 2432;
        real *const total4 = out[2] ? out[2] : total + 2560;
        real *const total5 = out[3] ? out[3] : total + 4608;
        real *const total6 = out[4] ? out[4] : total + 4864;
        real *const total7 = out[8] ? out[8] : total + 5120;
        real *const total8 = out[9] ? out[9] : total + 5184;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        if (out5) FeedForward_backward_saved0_last0(out5, total0);
        if (out6) FeedForward_backward_saved0_last1(out6, total1);
        if (out7) FeedForward_backward0_last7(out7, total2);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
        (void)total6;
        (void)total7;
        (void)total8;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved1_once0(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 4, 8, 12, 16, 20, 24, 28, 128, 132, 136, 140, 144, 148, 152, 156, 256, 260, 264, 268, 272, 276, 280, 284, 384, 388, 392, 396, 400, 404, 408, 412};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 2048;
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const ptrdiff_t k1 = 0;
                real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                tncc_turn_few(row, 4 * TNCC_COLUMNS(256), in1 + k0 * 32 + k1 + k2 * 512, at, 0, 4, some);
                for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(256); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[i * 4 * TNCC_COLUMNS(256) + lane] = 0;
            }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward_saved1_once1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 8, 16, 24, 128, 136, 144, 152, 256, 264, 272, 280, 384, 392, 400, 408};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        ptrdiff_t at[TNCC_COLUMNS(64)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 4096;
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const ptrdiff_t k1 = 0;
                real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                tncc_turn(row, 8 * TNCC_COLUMNS(64), in1 + k0 * 32 + k1 + k2 * 512, at, 0, 8, some);
                for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * 8 * TNCC_COLUMNS(64) + lane] = 0;
            }
        to += 256 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_backward_saved1_once2(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(8);
            tncc_turn_few(row, TNCC_COLUMNS(8), in1 + k0 * 4 + k1 + j * 32, 0, 32, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(8); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[i * TNCC_COLUMNS(8) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(8);
    }
}

/* gain':1 */
TNCC_STEP void FeedForward_backward_saved1_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 1, .a1 = 0, .b1 = 0, .c1 = 0, .base = 1, .known = 1, .paired = 1, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 64, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1 + j * TNCC_COLUMNS(64), in2 + j * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward_saved1_last2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 16, .b1 = 0, .c1 = 256, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 4096, .b0 = 0, .c0 = 1024, .k1 = 8, .ak1 = 64, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 512 + i1 * 4, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 32 + i1 * 8 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 512 + i1 * 4, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 32 + i1 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward_saved1_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 86032 + 33168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 86032;
    real *const total0 = total + 0;
    real *const total1 = total + 16384;
    real *const total2 = me || !out[4] ? total + 32768 : out[4];
    real *const total3 = me || !out[8] ? total + 33024 : out[8];
    real *const total4 = me || !out[9] ? total + 33088 : out[9];
    if (low == high) memset(total0, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(64) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(64) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        const real *in4 = in[4] + first * 64;
        const real *in5 = in[5] + first * 64;
        const real *in6 = in[6] + first * 256;
        const real *in7 = in[7] + first * 256;
        const real *in8 = in[8] + first * 64;
        const real *in9 = in[9] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)in9, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_backward0_each8(total3, in9, count, tile > low);
        FeedForward_backward1_each5(total0, in7, in9, count, tile > low);
        FeedForward_backward1_each6(scratch, in6, count);
        FeedForward_backward1_each7(scratch + 43008, scratch, in9, shared, count);
        FeedForward_backward0_each16(total2, scratch + 43008, count, tile > low);
        FeedForward_backward1_each9(scratch, scratch + 43008, shared + 18432, count);
        FeedForward_backward1_each10(total1, in5, scratch + 43008, count, tile > low);
        FeedForward_forward0_each1(scratch + 10752, scratch, weights->gain, count);
        FeedForward_backward_saved1_each8(total4, scratch, in4, count, tile > low);
        FeedForward_backward0_each24(scratch, in8, count);
        FeedForward_backward1_each14(scratch + 176, scratch + 10752, count);
        FeedForward_backward0_each26(scratch + 352, scratch + 176, count);
        FeedForward_backward1_each16(scratch + 176, scratch + 10752, in4, count);
        FeedForward_backward0_each26(scratch + 528, scratch + 176, count);
        FeedForward_backward0_each29(scratch + 21504, scratch + 528, in4, count);
        FeedForward_backward1_each19(out0, in9, scratch + 10752, scratch + 352, scratch + 21504, scratch, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_backward_saved1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 86032 + 33168;
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        const real *in4 = in[4];
        const real *in5 = in[5];
        const real *in6 = in[6];
        const real *in7 = in[7];
        const real *in8 = in[8];
        const real *in9 = in[9];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)in9, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_backward_saved1_once0(shared, in3);
        FeedForward_backward_saved1_once1(shared + 18432, in1);
        FeedForward_backward_saved1_once2(shared + 36864, weights->down_A_2);
        FeedForward_backward1_once7(shared + 37376, weights->up_A_2);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? (share > 1 ? share : 1) : 168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_backward_saved1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_backward_saved1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total1, more + 16384, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total2, more + 32768, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total3, more + 33024, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
                tncc_add(total4, more + 33088, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        const real *in4 = in[4];
        const real *in5 = in[5];
        const real *in6 = in[6];
        const real *in7 = in[7];
        const real *in8 = in[8];
        const real *in9 = in[9];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)in9, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_backward1_last0(scratch, total0);
        if (out7) FeedForward_backward1_last1(out7, in2, scratch);
        FeedForward_backward_saved1_last2(scratch, total0, shared + 36864);
        FeedForward_backward1_last10(scratch + 4096, scratch);
        if (out5) FeedForward_backward1_last5(out5, weights->down_A_1, scratch + 4096);
        if (out6) FeedForward_backward1_last12(out6, weights->down_A_0, scratch);
        FeedForward_backward1_last7(scratch, total1);
        if (out3) FeedForward_backward1_last1(out3, in0, scratch);
        FeedForward_backward1_last9(scratch, total1, shared + 37376);
        FeedForward_backward1_last10(scratch + 4096, scratch);
        if (out1) FeedForward_backward1_last5(out1, weights->up_A_1, scratch + 4096);
        if (out2) FeedForward_backward1_last12(out2, weights->up_A_0, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved2_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 32; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 32 + k1) * TNCC_COLUMNS(8);
            tncc_turn(row, 32 * TNCC_COLUMNS(8), in1 + k0 + k1 * 8 + j * 256, 0, 256, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(8); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[i * 32 * TNCC_COLUMNS(8) + lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward_saved2_once8(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k3 = 0; k3 < 4; ++k3)
                    for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                        const real *from = in1 + k0 * 256 + k1 * 8 + k2 * 1024 + k3 * 64;
                        real *row = to + (k0 * 128 + k1 * 16 + k2 * 4 + k3) * TNCC_COLUMNS(8);
                        for (int lane = 0; lane < some; ++lane)
                            row[lane] = from[j + lane];
                        for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                            row[lane] = 0;
                    }
        to += 512 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward_saved2_each5(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
            const real *from = in1 + k0 * 64;
            real *row = to + k0 * TNCC_COLUMNS(64);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[j + lane];
            for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                row[lane] = 0;
        }
        to += rows * TNCC_COLUMNS(64);
    }
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward_saved2_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 256, .a1 = 1, .b1 = 0, .c1 = 64, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 256, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + j * rows * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + 64 / TNCC_COLUMNS(64) * rows * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward_saved2_last4(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 16, .a1 = 32, .b1 = 0, .c1 = 8, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 512, .bk1 = 32 * TNCC_COLUMNS(8), .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 256 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 256 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* up.A[2]':1 */
TNCC_STEP void FeedForward_backward_saved2_last6(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 64, .b1 = 0, .c1 = 1, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 8, .k1 = 32, .ak1 = 512, .bk1 = 16 * TNCC_COLUMNS(8), .k0 = 16, .ak0 = 4, .bk0 = TNCC_COLUMNS(8), .apart = 32};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 512 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8) * 32, 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 512 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8) * 32, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward_saved2_last7(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 4, 8, 12, 4096, 4100, 4104, 4108, 8192, 8196, 8200, 8204, 12288, 12292, 12296, 12300, 16, 20, 24, 28, 4112, 4116, 4120, 4124, 8208, 8212, 8216, 8220, 12304, 12308, 12312, 12316, 32, 36, 40, 44, 4128, 4132, 4136, 4140, 8224, 8228, 8232, 8236, 12320, 12324, 12328, 12332, 48, 52, 56, 60, 4144, 4148, 4152, 4156, 8240, 8244, 8248, 8252, 12336, 12340, 12344, 12348};
    for (int j = 0; j < 512; j += TNCC_COLUMNS(512)) {
        const int some = 512 - j < TNCC_COLUMNS(512) ? 512 - j : TNCC_COLUMNS(512);
        ptrdiff_t at[TNCC_COLUMNS(512)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 512;
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(512);
            tncc_turn_few(row, 8 * TNCC_COLUMNS(512), in1 + k0 + k1 * 64, at, 0, 4, some);
            for (ptrdiff_t i = 0; i < 4 && some < TNCC_COLUMNS(512); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(512); ++lane)
                    row[i * 8 * TNCC_COLUMNS(512) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(512);
    }
}

TNCC_STEP void FeedForward_backward_saved2_tiles(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 119632 + 33168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 119632;
    real *const total0 = total + 0;
    real *const total1 = total + 16384;
    real *const total2 = me || !out[4] ? total + 32768 : out[4];
    real *const total3 = me || !out[8] ? total + 33024 : out[8];
    real *const total4 = me || !out[9] ? total + 33088 : out[9];
    if (low == high) memset(total0, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(16384) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(256) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(64) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(64) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 64;
        const real *in1 = in[1] + first * 64;
        real *out0 = out[0] + first * 64;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_each0(scratch, in0, count);
        FeedForward_forward0_each1(scratch + 10752, scratch, weights->gain, count);
        FeedForward_backward1_each2(scratch + 21504, weights->up_bias, scratch + 10752, shared + 4096, count);
        FeedForward_backward0_each6(scratch + 64512, scratch + 21504, count);
        FeedForward_backward0_each8(total3, in1, count, tile > low);
        FeedForward_backward_saved2_each5(scratch + 107520, in1, count);
        FeedForward_backward_saved2_each6(total0, scratch + 64512, scratch + 107520, count, tile > low);
        FeedForward_backward1_each6(scratch + 64512, scratch + 21504, count);
        FeedForward_backward1_each7(scratch + 21504, scratch + 64512, in1, shared + 22528, count);
        FeedForward_backward0_each16(total2, scratch + 21504, count, tile > low);
        FeedForward_backward1_each9(scratch + 64512, scratch + 21504, shared + 40960, count);
        FeedForward_backward_saved2_each5(scratch + 75264, scratch + 10752, count);
        FeedForward_backward_saved2_each6(total1, scratch + 21504, scratch + 75264, count, tile > low);
        FeedForward_forward0_each1(scratch + 10752, scratch + 64512, weights->gain, count);
        FeedForward_backward1_each12(total4, scratch + 64512, scratch, count, tile > low);
        FeedForward_backward0_each24(scratch + 21504, in0, count);
        FeedForward_backward1_each14(scratch + 21680, scratch + 10752, count);
        FeedForward_backward0_each26(scratch + 21856, scratch + 21680, count);
        FeedForward_backward1_each16(scratch + 21680, scratch + 10752, scratch, count);
        FeedForward_backward0_each26(scratch + 22032, scratch + 21680, count);
        FeedForward_backward0_each29(scratch + 22208, scratch + 22032, scratch, count);
        FeedForward_backward1_each19(out0, in1, scratch + 10752, scratch + 21856, scratch + 22208, scratch + 21504, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void FeedForward_backward_saved2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 119632 + 33168;
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_forward0_pack3(scratch, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack4(scratch + 4096, scratch, weights->up_A_2);
        FeedForward_forward0_pack3(shared, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 20480, shared, weights->down_A_2);
        FeedForward_forward0_pack7(shared + 4096, scratch + 4096);
        FeedForward_backward1_once5(shared + 22528, scratch + 20480);
        FeedForward_backward1_once6(shared + 40960, scratch + 4096);
        FeedForward_backward_saved2_once7(shared + 59392, weights->down_A_1);
        FeedForward_backward_saved2_once8(shared + 63488, scratch);
        FeedForward_backward_saved2_once7(shared + 71680, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? (share > 1 ? share : 1) : 168;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) FeedForward_backward_saved2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        FeedForward_backward_saved2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total1, more + 16384, tncc_part(16384, 16, part, threads), tncc_part(16384, 16, part + 1, threads));
                tncc_add(total2, more + 32768, tncc_part(256, 16, part, threads), tncc_part(256, 16, part + 1, threads));
                tncc_add(total3, more + 33024, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
                tncc_add(total4, more + 33088, tncc_part(64, 16, part, threads), tncc_part(64, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        real *out7 = out[7];
        real *out8 = out[8];
        real *out9 = out[9];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7, (void)out8, (void)out9;
        FeedForward_backward1_last0(scratch, total0);
        if (out7) FeedForward_backward1_last1(out7, shared, scratch);
        FeedForward_backward1_last2(scratch, total0);
        FeedForward_backward1_last3(scratch + 16896, weights->down_A_2, scratch);
        if (out5) FeedForward_backward_saved2_last4(out5, scratch + 16896, shared + 59392);
        if (out6) FeedForward_backward1_last6(out6, weights->down_A_0, scratch + 16896);
        if (out3) FeedForward_backward_saved2_last6(out3, total1, shared + 63488);
        FeedForward_backward_saved2_last7(scratch, total1);
        FeedForward_backward1_last3(scratch + 16896, weights->up_A_2, scratch);
        if (out1) FeedForward_backward_saved2_last4(out1, scratch + 16896, shared + 71680);
        if (out2) FeedForward_backward1_last6(out2, weights->up_A_0, scratch + 16896);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

void FeedForward_forward(const int64_t rows, const FeedForward_real *x, const FeedForward_real *packed, FeedForward_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_forward0(rows, in, 0, (real *)packed + 0, out, space, space + 16, threads);
    }
}

void FeedForward_apply(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, FeedForward_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 4) {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_apply0(rows, in, weights, 0, out, space, space + 2320, threads);
        return;
    }
    if (rows < 26) {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_apply1(rows, in, weights, 0, out, space, space + 9008, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_apply2(rows, in, weights, 0, out, space, space + 36880, threads);
    }
}

void FeedForward_backward(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, const FeedForward_real *d_y, FeedForward_real *d_x, const FeedForward_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 23) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward0(rows, in, weights, 0, out, space, space + 22320, threads);
        return;
    }
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward1(rows, in, weights, 0, out, space, space + 64016, threads);
    }
}

void FeedForward_forward_saving(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, FeedForward_real *y, FeedForward_real *saved, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 14) {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_forward_saving0(rows, in, weights, 0, out, space, space + 2608, threads);
        return;
    }
    if (rows < 10024) {
        const real *const in[] = {x};
        real *const out[] = {y, saved + 0, saved + 4096, saved + 4096 + 16384, saved + 4096 + 16384 + 4096, saved + 4096 + 16384 + 4096 + 16384, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows + 256 * rows};
        FeedForward_forward_saving1(rows, in, weights, 0, out, space, space + 16, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_forward_saving2(rows, in, weights, 0, out, space, space + 36880, threads);
    }
}

void FeedForward_backward_saved(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, const FeedForward_real *saved, const FeedForward_real *d_y, FeedForward_real *d_x, const FeedForward_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 14) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward_saved0(rows, in, weights, 0, out, space, space + 7728, threads);
        return;
    }
    if (rows < 10024) {
        const real *const in[] = {saved + 0, saved + 4096, saved + 4096 + 16384, saved + 4096 + 16384 + 4096, saved + 4096 + 16384 + 4096 + 16384, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows + 256 * rows, x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward_saved1(rows, in, weights, 0, out, space, space + 37904, threads);
        return;
    }
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward_saved2(rows, in, weights, 0, out, space, space + 75792, threads);
    }
}

size_t FeedForward_packed_bytes(void)
{
    return sizeof(real) * ((size_t)37264);
}

void FeedForward_pack(const FeedForward_weights *weights, real *packed, void *workspace)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    FeedForward_forward0_pack(weights, packed + 0, space);
}

size_t FeedForward_workspace_bytes(const int64_t rows, const int threads)
{
    size_t most = 0;
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2320) + (size_t)threads * (size_t)(225296 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(9008) + (size_t)threads * (size_t)(221200 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(36880) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(22320) + (size_t)threads * (size_t)(389136 + 9104);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(64016) + (size_t)threads * (size_t)(107536 + 33168);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2608) + (size_t)threads * (size_t)(225296 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(83984 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(36880) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(7728) + (size_t)threads * (size_t)(368656 + 5264);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(37904) + (size_t)threads * (size_t)(86032 + 33168);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(75792) + (size_t)threads * (size_t)(119632 + 33168);
        most = size > most ? size : most;
    }
    (void)rows;
    return most * sizeof(real) + 64;
}

size_t FeedForward_saved_bytes(const int64_t rows)
{
    (void)rows;
    if (rows < 14) return sizeof(real) * (size_t)(0);
    if (rows < 10024) return sizeof(real) * (size_t)(4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows + 256 * rows + 256 * rows);
    return sizeof(real) * (size_t)(0);
}

#endif
