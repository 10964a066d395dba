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

#include <math.h>
#include <string.h>
typedef Attention_real real;
typedef Attention_stored tncc_stored;
#define SIN sinf
#define COS cosf
#define SQRT sqrtf
#define FABS fabsf
#define tncc_turn Attention_turn
#define tncc_turn_few Attention_turn_few
#define tncc_scatter Attention_scatter
#define tncc_add Attention_add

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
TNCC_STEP void Attention_forward0_pack0(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void Attention_forward0_pack2(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void Attention_forward0_pack4(real *out, const real *in1);
TNCC_STEP void Attention_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each4(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each5(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each6(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_INNER void Attention_forward0_pack(const Attention_weights *weights, real *constant, real *scratch);
TNCC_STEP void Attention_forward0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void Attention_forward0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void Attention_apply0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void Attention_apply0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void Attention_backward0_once1(real *out, const real *in1);
TNCC_STEP void Attention_backward0_once3(real *out, const real *in1);
TNCC_STEP void Attention_backward0_once4(real *out, const real *in1);
TNCC_STEP void Attention_backward0_once5(real *out, const real *in1);
TNCC_STEP void Attention_backward0_once6(real *out, const real *in1);
TNCC_STEP void Attention_backward0_once7(real *out, const real *in1);
TNCC_STEP void Attention_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each4(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more);
TNCC_STEP void Attention_backward0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each13(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each15(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more);
TNCC_STEP void Attention_backward0_each16(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void Attention_backward0_each17(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each18(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each20(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each21(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more);
TNCC_STEP void Attention_backward0_each22(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_each24(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more);
TNCC_STEP void Attention_backward0_each29(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward0_last0(real *restrict out, const real *restrict in1);
TNCC_STEP void Attention_backward0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void Attention_backward0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void Attention_forward_saving0_once1(real *out, const real *in1);
TNCC_STEP void Attention_forward_saving0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward_saving0_each4(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward_saving0_each5(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void Attention_forward_saving0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward_saving0_each8(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward_saving0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_forward_saving0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void Attention_forward_saving0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void Attention_backward_saved0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more);
TNCC_STEP void Attention_backward_saved0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward_saved0_each7(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void Attention_backward_saved0_each8(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward_saved0_each9(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward_saved0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward_saved0_each11(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows);
TNCC_STEP void Attention_backward_saved0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void Attention_backward_saved0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);

#if TNCC_PARTS & 1

/* Qb */
TNCC_STEP void Attention_forward0_pack0(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 192; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

/* V */
TNCC_STEP void Attention_forward0_pack2(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 1024; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

TNCC_STEP void Attention_forward0_pack4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 6; j += TNCC_COLUMNS(6)) {
        const int some = 6 - j < TNCC_COLUMNS(6) ? 6 - j : TNCC_COLUMNS(6);
        for (ptrdiff_t k0 = 0; k0 < 32; ++k0) {
            const real *from = in1 + k0 * 6;
            real *row = to + k0 * TNCC_COLUMNS(6);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[j + lane];
            for (int lane = some; lane < TNCC_COLUMNS(6); ++lane)
                row[lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(6);
    }
}

/* Q:1 */
TNCC_STEP void Attention_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 32, .b1 = 0, .c1 = 6, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(6), .apart = 1};
    for (ptrdiff_t j = 0; j < 6 / TNCC_COLUMNS(6); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(6), in1 + i0 * 32 * q, in2 + j * 32 * TNCC_COLUMNS(6), out + i0 * 6 * q + j * TNCC_COLUMNS(6), 0, (int)(j * TNCC_COLUMNS(6)));
    if (6 % TNCC_COLUMNS(6))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 6 % TNCC_COLUMNS(6), in1 + i0 * 32 * q, in2 + 6 / TNCC_COLUMNS(6) * 32 * TNCC_COLUMNS(6), out + i0 * 6 * q + 6 / TNCC_COLUMNS(6) * TNCC_COLUMNS(6), 0, (int)(6 / TNCC_COLUMNS(6) * TNCC_COLUMNS(6)));
}

/* Q */
TNCC_STEP void Attention_forward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 6, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 6, .ak0 = 1, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + j * TNCC_COLUMNS(32), out + i0 * 32 * q + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 32 * q + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* K, w:1:2 */
struct Attention_forward0_each3_at { real *out; const real *in1; const real *in2; ptrdiff_t q; ptrdiff_t rows; ptrdiff_t i0; };
static void Attention_forward0_each3_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct Attention_forward0_each3_at *at = of;
    real *restrict out = at->out;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 32 + (row + i / base) * 32 + (column + j)) = ((real)0.35355339059327373 * sum);
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void Attention_forward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    struct Attention_forward0_each3_at at = {.out = out, .in1 = in1, .in2 = in2, .q = q, .rows = rows};
    const tncc_shape s = {.rows = q, .a1 = 6, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 6, .ak0 = 1, .bk0 = 32, .apart = 1, .finish = Attention_forward0_each3_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + j * TNCC_COLUMNS(32), out, 0, (int)(j * TNCC_COLUMNS(32))); }
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out, 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32))); }
}

/* w:1 */
TNCC_STEP void Attention_forward0_each4(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2)
                for (ptrdiff_t i3 = 0; i3 < q; ++i3) {
                    real sum = 0;
                        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
                            sum += (*(in1 + i0 * 32 + i1 * 8 + i2 * 32 + k0) * *(in2 + i0 * 32 * q + i1 * 8 + i3 * 32 + k0));
                    *(out + i0 * 4 * q * q + i1 * q * q + i2 * q + i3) = sum;
                }
}

/* w */
TNCC_STEP void Attention_forward0_each5(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 4 * rows; ++i0) {
        for (ptrdiff_t first = 0; first < q; first += TNCC_SUMS) {
            const int lanes = (q - first < TNCC_SUMS ? (int)(q - first) : TNCC_SUMS);
            real most[TNCC_SUMS];
            for (int lane = 0; lane < lanes; ++lane) {
                most[lane] = -(real)HUGE_VAL;
            }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                for (int lane = 0; lane < lanes; ++lane) {
                    const ptrdiff_t i1 = first + lane;
                    most[lane] = tncc_larger(*(in1 + i0 * q * q + i1 + k0 * q), most[lane]);
                }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                for (int lane = 0; lane < lanes; ++lane) {
                    const ptrdiff_t i1 = first + lane;
                    *(out + i0 * q * q + i1 + k0 * q) = tncc_exp(*(in1 + i0 * q * q + i1 + k0 * q) - most[lane]);
                }
            real sum[TNCC_SUMS];
            for (int lane = 0; lane < lanes; ++lane) {
                sum[lane] = 0;
            }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                for (int lane = 0; lane < lanes; ++lane) {
                    const ptrdiff_t i1 = first + lane;
                    sum[lane] += *(out + i0 * q * q + i1 + k0 * q);
                }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                for (int lane = 0; lane < lanes; ++lane) {
                    const ptrdiff_t i1 = first + lane;
                    *(out + i0 * q * q + i1 + k0 * q) /= sum[lane];
                }
        }
    }
}

/* y:1 */
TNCC_STEP void Attention_forward0_each6(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 32, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 1, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + j * TNCC_COLUMNS(32), out + i0 * 32 * q + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 32 * q + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* y:2 */
TNCC_STEP void Attention_forward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 1, .b1 = 0, .c1 = 8, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = q, .bk0 = 32, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + i0 * 32 * q + i1 * 8 + j * TNCC_COLUMNS(8), out + i0 * 32 * q + i1 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + i0 * 32 * q + i1 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 32 * q + i1 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

/* y */
TNCC_STEP void Attention_forward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 8, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 8 * q, .bk1 = 256, .k0 = 8, .ak0 = 1, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + j * TNCC_COLUMNS(32), out + i0 * 32 * q + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 32 * q + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

TNCC_INNER void Attention_forward0_pack(const Attention_weights *weights, real *constant, real *scratch)
{
    Attention_forward0_pack0(constant + 1024, weights->Qb);
    Attention_forward0_pack0(constant + 1216, weights->Kb);
    Attention_forward0_pack2(constant + 1408, weights->V);
    Attention_forward0_pack2(constant + 2432, weights->O);
    Attention_forward0_pack4(constant, weights->Qa);
    Attention_forward0_pack4(constant + 512, weights->Ka);
    (void)weights, (void)constant, (void)scratch;
}

TNCC_STEP void Attention_forward0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 32 * q;
        real *out0 = out[0] + first * 32 * q;
        (void)in0, (void)out0;
        Attention_forward0_each0(scratch, in0, constant, q, count);
        Attention_forward0_each1(scratch + 6 * q, scratch, constant + 1024, q, count);
        Attention_forward0_each0(scratch + 6 * q + 32 * q, in0, constant + 512, q, count);
        Attention_forward0_each3(scratch + 6 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q, constant + 1216, q, count);
        Attention_forward0_each4(scratch + 6 * q + 32 * q + 6 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q, scratch + 6 * q, q, count);
        Attention_forward0_each5(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q, q, count);
        Attention_forward0_each6(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q, in0, constant + 1408, q, count);
        Attention_forward0_each7(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q, q, count);
        Attention_forward0_each8(out0, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q, constant + 2432, q, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows, (void)q, (void)t;
}

TNCC_INNER void Attention_forward0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 1 ? (share > 1 ? share : 1) : 1;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) Attention_forward0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        Attention_forward0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows, (void)q, (void)t;
}

TNCC_STEP void Attention_apply0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 32 * q;
        real *out0 = out[0] + first * 32 * q;
        (void)in0, (void)out0;
        Attention_forward0_each0(scratch, in0, shared, q, count);
        Attention_forward0_each1(scratch + 6 * q, scratch, weights->Qb, q, count);
        Attention_forward0_each0(scratch + 6 * q + 32 * q, in0, shared + 512, q, count);
        Attention_forward0_each3(scratch + 6 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q, weights->Kb, q, count);
        Attention_forward0_each4(scratch + 6 * q + 32 * q + 6 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q, scratch + 6 * q, q, count);
        Attention_forward0_each5(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q, q, count);
        Attention_forward0_each6(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q, in0, weights->V, q, count);
        Attention_forward0_each7(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q, q, count);
        Attention_forward0_each8(out0, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q, weights->O, q, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows, (void)q, (void)t;
}

TNCC_INNER void Attention_apply0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        Attention_forward0_pack4(shared, weights->Qa);
        Attention_forward0_pack4(shared + 512, weights->Ka);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 1 ? (share > 1 ? share : 1) : 1;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) Attention_apply0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        Attention_apply0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows, (void)q, (void)t;
}

TNCC_STEP void Attention_backward0_once1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 1, 2, 3, 4, 5, 6, 7};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 8;
        for (ptrdiff_t k0 = 0; k0 < 6; ++k0) {
            const real *from = in1 + k0 * 32;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[at[lane]];
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 6 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void Attention_backward0_once3(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 8, 16, 24};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + (j + lane) % 8;
        for (ptrdiff_t k0 = 0; k0 < 32; ++k0) {
            const real *from = in1 + k0 * 32;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; lane += TNCC_TOGETHER(8))
                memcpy(row + lane, from + at[lane], TNCC_TOGETHER(8) * sizeof(real));
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void Attention_backward0_once4(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        ptrdiff_t at[TNCC_COLUMNS(32)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 4] + ((j + lane) % 4) * 256;
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            tncc_turn(row, TNCC_COLUMNS(32), in1 + k0, at, 0, 32, some);
            for (ptrdiff_t i = 0; i < 32 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void Attention_backward0_once5(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(32);
            tncc_turn(row, TNCC_COLUMNS(32), in1 + k0 * 8 + k1 + j * 32, 0, 32, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void Attention_backward0_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 6; j += TNCC_COLUMNS(6)) {
        const int some = 6 - j < TNCC_COLUMNS(6) ? 6 - j : TNCC_COLUMNS(6);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(6);
            tncc_turn(row, TNCC_COLUMNS(6), in1 + k0 * 8 + k1 + j * 32, 0, 32, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(6); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(6); ++lane)
                    row[i * TNCC_COLUMNS(6) + lane] = 0;
        }
        to += 32 * TNCC_COLUMNS(6);
    }
}

#endif

#if TNCC_PARTS & 2

TNCC_STEP void Attention_backward0_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            tncc_turn_few(row, TNCC_COLUMNS(32), in1 + k0 + j * 6, 0, 6, 6, some);
            for (ptrdiff_t i = 0; i < 6 && some < TNCC_COLUMNS(32); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[i * TNCC_COLUMNS(32) + lane] = 0;
        }
        to += 6 * TNCC_COLUMNS(32);
    }
}

/* Q */
TNCC_STEP void Attention_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 6, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 6, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + j * 6 * TNCC_COLUMNS(32), out + i0 * 32 * q + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + 32 / TNCC_COLUMNS(32) * 6 * TNCC_COLUMNS(32), out + i0 * 32 * q + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* K, w:1:2 */
struct Attention_backward0_each3_at { real *out; const real *in1; const real *in2; ptrdiff_t q; ptrdiff_t rows; ptrdiff_t i0; };
static void Attention_backward0_each3_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct Attention_backward0_each3_at *at = of;
    real *restrict out = at->out;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 32 * at->q + (row + i / base) * 32 + (column + j)) = ((real)0.35355339059327373 * sum);
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void Attention_backward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    struct Attention_backward0_each3_at at = {.out = out, .in1 = in1, .in2 = in2, .q = q, .rows = rows};
    const tncc_shape s = {.rows = q, .a1 = 6, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 6, .ak0 = 1, .bk0 = 32, .apart = 1, .finish = Attention_backward0_each3_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + j * TNCC_COLUMNS(32), out, 0, (int)(j * TNCC_COLUMNS(32))); }
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 6 * q, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out, 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32))); }
}

TNCC_STEP void Attention_backward0_each4(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < q; ++i1)
            for (int j = 0; j < 4; j += TNCC_COLUMNS(4)) {
                const int some = 4 - j < TNCC_COLUMNS(4) ? 4 - j : TNCC_COLUMNS(4);
                {
                    const ptrdiff_t k0 = 0;
                    real *row = to + k0 * TNCC_COLUMNS(4);
                    tncc_turn(row, TNCC_COLUMNS(4), in1 + i0 * 32 * q + i1 * 32 + k0 + j * 8, 0, 8, 8, some);
                    for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(4); ++i)
                        for (int lane = some; lane < TNCC_COLUMNS(4); ++lane)
                            row[i * TNCC_COLUMNS(4) + lane] = 0;
                }
                to += 8 * TNCC_COLUMNS(4);
            }
}

/* w:1 */
TNCC_STEP void Attention_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 32, .b1 = 0, .c1 = 4, .base = 1, .known = 0, .paired = 1, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 4, .bk0 = TNCC_COLUMNS(4), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < q; ++i1) {
            for (ptrdiff_t j = 0; j < 4 / TNCC_COLUMNS(4); ++j)
                tncc_tiles(s, TNCC_COLUMNS(4), in1 + i0 * 32 * q + j * TNCC_COLUMNS(4), in2 + (i0 * q + i1) * 8 * TNCC_PADDED(4) + j * 8 * TNCC_COLUMNS(4), out + i0 * 4 * q * q + i1 * 4 * q + j * TNCC_COLUMNS(4), 0, (int)(j * TNCC_COLUMNS(4)));
            if (4 % TNCC_COLUMNS(4))
                tncc_tiles(s, 4 % TNCC_COLUMNS(4), in1 + i0 * 32 * q + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), in2 + (i0 * q + i1) * 8 * TNCC_PADDED(4) + 4 / TNCC_COLUMNS(4) * 8 * TNCC_COLUMNS(4), out + i0 * 4 * q * q + i1 * 4 * q + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), 0, (int)(4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4)));
        }
}

/* w */
TNCC_STEP void Attention_backward0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2) {
                real most;
                {
                    real parts[TNCC_SUMS];
                    for (int lane = 0; lane < TNCC_SUMS; ++lane)
                        parts[lane] = -(real)HUGE_VAL;
                    for (ptrdiff_t block = 0; block < q / TNCC_SUMS; ++block)
                        for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                            const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                            parts[lane] = tncc_larger(*(in1 + i0 + i1 * 4 * q * q + i2 * 4 + k0 * 4 * q), parts[lane]);
                        }
                    for (ptrdiff_t k0 = q / TNCC_SUMS * TNCC_SUMS; k0 < q; ++k0)
                        parts[0] = tncc_larger(*(in1 + i0 + i1 * 4 * q * q + i2 * 4 + k0 * 4 * q), parts[0]);
                    most = tncc_largest(parts);
                }
                for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                    *(out + i0 * q * q + i1 * q * q + i2 + k0 * q) = tncc_exp(*(in1 + i0 + i1 * 4 * q * q + i2 * 4 + k0 * 4 * q) - most);
                real sum;
                {
                    real parts[TNCC_SUMS];
                    for (int lane = 0; lane < TNCC_SUMS; ++lane)
                        parts[lane] = 0;
                    for (ptrdiff_t block = 0; block < q / TNCC_SUMS; ++block)
                        for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                            const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                            parts[lane] += *(out + i0 * q * q + i1 * q * q + i2 + k0 * q);
                        }
                    for (ptrdiff_t k0 = q / TNCC_SUMS * TNCC_SUMS; k0 < q; ++k0)
                        parts[0] += *(out + i0 * q * q + i1 * q * q + i2 + k0 * q);
                    sum = tncc_total(parts);
                }
                for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                    *(out + i0 * q * q + i1 * q * q + i2 + k0 * q) /= sum;
            }
}

/* y:1 */
TNCC_STEP void Attention_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 32, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + j * 32 * TNCC_COLUMNS(32), out + i0 * 32 * q + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 32 * q, in2 + 32 / TNCC_COLUMNS(32) * 32 * TNCC_COLUMNS(32), out + i0 * 32 * q + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* y:2 */
TNCC_STEP void Attention_backward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 1, .b1 = 0, .c1 = 8, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = q, .bk0 = 32, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * q * q + i1 * q * q, in2 + i0 * 8 + i1 * 32 * q + j * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * q * q + i1 * q * q, in2 + i0 * 8 + i1 * 32 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

/* O':1 */
TNCC_STEP void Attention_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 32, .base = 4, .known = 1, .paired = 0, .whole = 0, .a0 = 8 * q, .b0 = 0, .c0 = 256, .k1 = rows, .ak1 = 8 * q, .bk1 = 32 * q, .k0 = q, .ak0 = 8, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* w':1 */
TNCC_STEP void Attention_backward0_each12(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 32, .b1 = 0, .c1 = 4 * q, .base = 1, .known = 0, .paired = 1, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 4, .bk0 = TNCC_COLUMNS(4), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < q; ++i1) {
            for (ptrdiff_t j = 0; j < 4 / TNCC_COLUMNS(4); ++j)
                tncc_tiles(s, TNCC_COLUMNS(4), in1 + i0 * 32 * q + j * TNCC_COLUMNS(4), in2 + (i0 * q + i1) * 8 * TNCC_PADDED(4) + j * 8 * TNCC_COLUMNS(4), out + i0 * 4 * q * q + i1 * 4 + j * TNCC_COLUMNS(4), 0, (int)(j * TNCC_COLUMNS(4)));
            if (4 % TNCC_COLUMNS(4))
                tncc_tiles(s, 4 % TNCC_COLUMNS(4), in1 + i0 * 32 * q + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), in2 + (i0 * q + i1) * 8 * TNCC_PADDED(4) + 4 / TNCC_COLUMNS(4) * 8 * TNCC_COLUMNS(4), out + i0 * 4 * q * q + i1 * 4 + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), 0, (int)(4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4)));
        }
}

TNCC_STEP void Attention_backward0_each13(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
                const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
                for (ptrdiff_t k0 = 0; k0 < q; ++k0) {
                    const real *from = in1 + i0 + i1 * 32 * q + k0 * 32;
                    real *row = to + k0 * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 4];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
                to += q * TNCC_COLUMNS(8);
            }
}

/* y:1':1 */
TNCC_STEP void Attention_backward0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = q, .b1 = 0, .c1 = 8, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * q * q + i1 * q * q, in2 + (i0 * rows + i1) * q * TNCC_PADDED(8) + j * q * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * q * q + i1 * q * q, in2 + (i0 * rows + i1) * q * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * q * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

/* V':1 */
TNCC_STEP void Attention_backward0_each15(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 1, .base = 4, .known = 1, .paired = 0, .whole = 0, .a0 = 8 * q, .b0 = 0, .c0 = 8, .k1 = rows, .ak1 = 8 * q, .bk1 = 32 * q, .k0 = q, .ak0 = 8, .bk0 = 32, .apart = 32};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32) * 32, more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32) * 32, more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

#endif

#if TNCC_PARTS & 4

/* w:1':1 */
TNCC_STEP void Attention_backward0_each16(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2) {
                real sum = 0;
                    for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                        sum += (*(in1 + i0 + i1 * 4 * q * q + i2 * 4 * q + k0 * 4) * *(in2 + i0 * q * q + i1 * q * q + i2 + k0 * q));
                *(out + i0 * q + i1 * q + i2) = sum;
            }
}

/* w:1':3 */
TNCC_STEP void Attention_backward0_each17(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < q; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 4 * q * q + i1 * 4 * q + i2 * 4 + i3) = ((*(in1 + i0 * 4 * q * q + i1 * 4 * q + i2 * 4 + i3) - *(in2 + i0 * q + i1 + i3 * q)) * *(in3 + i0 * q * q + i1 + i2 * q + i3 * q * q));
}

/* Q':1 */
TNCC_STEP void Attention_backward0_each18(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 4 * q, .b1 = 0, .c1 = 8, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 8, .c0 = 8 * q, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = 4, .bk0 = 32, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * 32 * q + j * TNCC_COLUMNS(8), out + i0 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
        if (8 % TNCC_COLUMNS(8))
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * 32 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
    }
}

/* w:1:2':1, K':1 */
struct Attention_backward0_each20_at { real *out; const real *in1; const real *in2; ptrdiff_t q; ptrdiff_t rows; ptrdiff_t i0; };
static void Attention_backward0_each20_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct Attention_backward0_each20_at *at = of;
    real *restrict out = at->out;
    const int base = 4;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 8 * at->q + (row + i / base) * 8 + (i % base) * 8 * at->q + (column + j)) = ((real)0.35355339059327373 * sum);
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void Attention_backward0_each20(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    struct Attention_backward0_each20_at at = {.out = out, .in1 = in1, .in2 = in2, .q = q, .rows = rows};
    const tncc_shape s = {.rows = q, .a1 = 4, .b1 = 0, .c1 = 8, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = rows * q * TNCC_PADDED(8), .c0 = 8 * q, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = 4 * q, .bk0 = TNCC_COLUMNS(8), .apart = 1, .finish = Attention_backward0_each20_finish, .at = &at};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * q * TNCC_PADDED(8) + j * q * TNCC_COLUMNS(8), out, 0, (int)(j * TNCC_COLUMNS(8))); }
        if (8 % TNCC_COLUMNS(8))
            { at.i0 = i0; tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * q * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * q * TNCC_COLUMNS(8), out, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8))); }
    }
}

/* Kb':1 */
TNCC_STEP void Attention_backward0_each21(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 6, .a1 = 1, .b1 = 0, .c1 = 8, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 6 * q, .bk1 = 8 * q, .k0 = q, .ak0 = 6, .bk0 = 8, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + i0 * 8 * q + j * TNCC_COLUMNS(8), out + i0 * 48 + j * TNCC_COLUMNS(8), more, (int)(j * TNCC_COLUMNS(8)));
        if (8 % TNCC_COLUMNS(8))
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + i0 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 48 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), more, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
    }
}

/* K:1':1 */
TNCC_STEP void Attention_backward0_each22(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 8, .b1 = 0, .c1 = 6, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 8 * q, .bk1 = 8 * TNCC_COLUMNS(6), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(6), .apart = 1};
    for (ptrdiff_t j = 0; j < 6 / TNCC_COLUMNS(6); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(6), in1 + i0 * 8 * q, in2 + j * 32 * TNCC_COLUMNS(6), out + i0 * 6 * q + j * TNCC_COLUMNS(6), 0, (int)(j * TNCC_COLUMNS(6)));
    if (6 % TNCC_COLUMNS(6))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 6 % TNCC_COLUMNS(6), in1 + i0 * 8 * q, in2 + 6 / TNCC_COLUMNS(6) * 32 * TNCC_COLUMNS(6), out + i0 * 6 * q + 6 / TNCC_COLUMNS(6) * TNCC_COLUMNS(6), 0, (int)(6 / TNCC_COLUMNS(6) * TNCC_COLUMNS(6)));
}

/* Ka':1 */
TNCC_STEP void Attention_backward0_each24(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 6, .a1 = 1, .b1 = 0, .c1 = 1, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 6 * q, .bk1 = 32 * q, .k0 = q, .ak0 = 6, .bk0 = 32, .apart = 6};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32) * 6, more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32) * 6, more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* x':1, x':4, result 0 */
struct Attention_backward0_each29_at { real *out; const real *in1; const real *in2; const real *in3; const real *in4; ptrdiff_t q; ptrdiff_t rows; ptrdiff_t i0; };
static void Attention_backward0_each29_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct Attention_backward0_each29_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const real *restrict in2 = at->in2;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 32 * at->q + (row + i / base) * 32 + (column + j)) = ((sum + *(in1 + at->i0 * 32 * at->q + (row + i / base) * 32 + (column + j))) + *(in2 + at->i0 * 32 * at->q + (row + i / base) * 32 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void Attention_backward0_each29(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const ptrdiff_t q, const ptrdiff_t rows)
{
    struct Attention_backward0_each29_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .in4 = in4, .q = q, .rows = rows};
    const tncc_shape s = {.rows = q, .a1 = 8, .b1 = 0, .c1 = 32, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 8 * q, .bk1 = 8 * TNCC_COLUMNS(32), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1, .finish = Attention_backward0_each29_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(32), in3 + i0 * 8 * q, in4 + j * 32 * TNCC_COLUMNS(32), out, 0, (int)(j * TNCC_COLUMNS(32))); }
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 32 % TNCC_COLUMNS(32), in3 + i0 * 8 * q, in4 + 32 / TNCC_COLUMNS(32) * 32 * TNCC_COLUMNS(32), out, 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32))); }
}

/* result 2 */
TNCC_STEP void Attention_backward0_last0(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 6; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 32 + i1 * 8 + i2) = *(in1 + i0 * 8 + i1 * 48 + i2);
}

TNCC_STEP void Attention_backward0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q;
    real *const total0 = total + 0;
    real *const total1 = total + 192;
    real *const total2 = me || !out[1] ? total + 384 : out[1];
    real *const total3 = me || !out[3] ? total + 576 : out[3];
    real *const total4 = me || !out[5] ? total + 768 : out[5];
    real *const total5 = me || !out[6] ? total + 1792 : out[6];
    if (low == high) memset(total0, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(1024) * sizeof(real));
    if (low == high) memset(total5, 0, (size_t)(1024) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 32 * q;
        const real *in1 = in[1] + first * 32 * q;
        real *out0 = out[0] + first * 32 * q;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        Attention_forward0_each0(scratch, in0, shared, q, count);
        Attention_backward0_each1(scratch + 6 * q, scratch, shared + 512, q, count);
        Attention_forward0_each0(scratch + 6 * q + 32 * q, in0, shared + 736, q, count);
        Attention_backward0_each3(scratch + 6 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q, weights->Kb, q, count);
        Attention_backward0_each4(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q, q, count);
        Attention_backward0_each5(scratch + 6 * q + 32 * q + 6 * q + 32 * q, scratch + 6 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q, q, count);
        Attention_backward0_each6(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q, q, count);
        Attention_backward0_each7(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q, in0, shared + 1248, q, count);
        Attention_backward0_each8(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q, q, count);
        Attention_backward0_each9(total5, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q, in1, q, count, tile > low);
        Attention_backward0_each7(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q, in1, shared + 2400, q, count);
        Attention_backward0_each4(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q, q, count);
        Attention_backward0_each12(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q, q, count);
        Attention_backward0_each13(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q, q, count);
        Attention_backward0_each14(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q, q, count);
        Attention_backward0_each15(total4, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q, in0, q, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) Attention_backward0_each16(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q, q, count, tncc_part(4, 1, part, parts), tncc_part(4, 1, part + 1, parts));
        Attention_backward0_each17(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q, q, count);
        Attention_backward0_each18(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 6 * q + 32 * q + 6 * q, q, count);
        Attention_backward0_each13(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q, scratch + 6 * q, q, count);
        Attention_backward0_each20(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q, q, count);
        Attention_backward0_each21(total0, scratch + 6 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q, q, count, tile > low);
        Attention_backward0_each22(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q, shared + 4704, q, count);
        Attention_backward0_each1(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q, shared + 5216, q, count);
        Attention_backward0_each24(total3, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q, in0, q, count, tile > low);
        Attention_backward0_each21(total1, scratch, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, q, count, tile > low);
        Attention_backward0_each22(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, shared + 5440, q, count);
        Attention_backward0_each1(scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q, shared + 5952, q, count);
        Attention_backward0_each24(total2, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q, in0, q, count, tile > low);
        Attention_backward0_each29(out0, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q, scratch + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q, shared + 3552, q, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows, (void)q, (void)t;
}

TNCC_INNER void Attention_backward0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832;
    {
        real *scratch = space, *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        Attention_forward0_pack4(shared, weights->Qa);
        Attention_backward0_once1(shared + 512, weights->Qb);
        Attention_forward0_pack4(shared + 736, weights->Ka);
        Attention_backward0_once3(shared + 1248, weights->V);
        Attention_backward0_once4(shared + 2400, weights->O);
        Attention_backward0_once5(shared + 3552, weights->V);
        Attention_backward0_once6(shared + 4704, weights->Kb);
        Attention_backward0_once7(shared + 5216, weights->Ka);
        Attention_backward0_once6(shared + 5440, weights->Qb);
        Attention_backward0_once7(shared + 5952, weights->Qa);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 1 ? (share > 1 ? share : 1) : 1;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) Attention_backward0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        Attention_backward0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total1, more + 192, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total2, more + 384, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total3, more + 576, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total4, more + 768, tncc_part(1024, 16, part, threads), tncc_part(1024, 16, part + 1, threads));
                tncc_add(total5, more + 1792, tncc_part(1024, 16, part, threads), tncc_part(1024, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        if (out2) Attention_backward0_last0(out2, total1);
        if (out4) Attention_backward0_last0(out4, total0);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows, (void)q, (void)t;
}

TNCC_STEP void Attention_forward_saving0_once1(real *out, const real *in1)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
            const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
            for (ptrdiff_t k0 = 0; k0 < 6; ++k0) {
                const real *from = in1 + i0 * 8 + k0 * 32;
                real *row = to + k0 * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[j + lane];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
            to += 6 * TNCC_COLUMNS(8);
        }
}

/* Q */
TNCC_STEP void Attention_forward_saving0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 6, .b1 = 0, .c1 = 1, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 6, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 4 * q};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i1 * 6 * q, in2 + i0 * 6 * TNCC_PADDED(8) + j * 6 * TNCC_COLUMNS(8), out + i0 * q + i1 * 32 * q + j * TNCC_COLUMNS(8) * 4 * q, 0, (int)(j * TNCC_COLUMNS(8)));
        if (8 % TNCC_COLUMNS(8))
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i1 * 6 * q, in2 + i0 * 6 * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * 6 * TNCC_COLUMNS(8), out + i0 * q + i1 * 32 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8) * 4 * q, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
    }
}

#endif

#if TNCC_PARTS & 8

/* result 4 */
TNCC_STEP void Attention_forward_saving0_each4(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 32; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2)
                *(out + i0 * 32 * q + i1 * q + i2) = ((real)0.35355339059327373 * *(in1 + i0 * 32 * q + i1 + i2 * 32));
}

/* w:1 */
TNCC_STEP void Attention_forward_saving0_each5(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2)
                for (ptrdiff_t i3 = 0; i3 < q; ++i3) {
                    real sum = 0;
                        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
                            sum += (*(in1 + i0 * q + i1 * 32 * q + i2 + k0 * 4 * q) * *(in2 + i0 * 8 * q + i1 * 32 * q + i3 + k0 * q));
                    *(out + i0 * q * q + i1 * q * q + i2 * q + i3) = sum;
                }
}

/* w */
TNCC_STEP void Attention_forward_saving0_each6(real *restrict out, const real *restrict in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4 * q; ++i1) {
            real most;
            {
                real parts[TNCC_SUMS];
                for (int lane = 0; lane < TNCC_SUMS; ++lane)
                    parts[lane] = -(real)HUGE_VAL;
                for (ptrdiff_t block = 0; block < q / TNCC_SUMS; ++block)
                    for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                        const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                        parts[lane] = tncc_larger(*(in1 + i0 * q * q + i1 * q + k0), parts[lane]);
                    }
                for (ptrdiff_t k0 = q / TNCC_SUMS * TNCC_SUMS; k0 < q; ++k0)
                    parts[0] = tncc_larger(*(in1 + i0 * q * q + i1 * q + k0), parts[0]);
                most = tncc_largest(parts);
            }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                *(out + i0 * 4 * q * q + i1 * q + k0) = tncc_exp(*(in1 + i0 * q * q + i1 * q + k0) - most);
            real sum;
            {
                real parts[TNCC_SUMS];
                for (int lane = 0; lane < TNCC_SUMS; ++lane)
                    parts[lane] = 0;
                for (ptrdiff_t block = 0; block < q / TNCC_SUMS; ++block)
                    for (int lane = 0; lane < TNCC_SUMS; ++lane) {
                        const ptrdiff_t k0 = block * TNCC_SUMS + lane;
                        parts[lane] += *(out + i0 * 4 * q * q + i1 * q + k0);
                    }
                for (ptrdiff_t k0 = q / TNCC_SUMS * TNCC_SUMS; k0 < q; ++k0)
                    parts[0] += *(out + i0 * 4 * q * q + i1 * q + k0);
                sum = tncc_total(parts);
            }
            for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                *(out + i0 * 4 * q * q + i1 * q + k0) /= sum;
        }
}

TNCC_STEP void Attention_forward_saving0_each8(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
                const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
                for (ptrdiff_t k0 = 0; k0 < q; ++k0) {
                    const real *from = in1 + i0 * 8 + i1 * 32 * q + k0 * 32;
                    real *row = to + k0 * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[j + lane];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
                to += q * TNCC_COLUMNS(8);
            }
}

/* y:2 */
TNCC_STEP void Attention_forward_saving0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = q, .b1 = 0, .c1 = 8, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + (i0 + i1 * rows) * q * TNCC_PADDED(8) + j * q * TNCC_COLUMNS(8), out + i0 * 32 * q + i1 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + (i0 + i1 * rows) * q * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * q * TNCC_COLUMNS(8), out + i0 * 32 * q + i1 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

TNCC_STEP void Attention_forward_saving0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 32 * q + 4 * q * q + 64 * q + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16 + 32 * q + 4 * q * q + 64 * q;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 32 * q;
        real *out0 = out[0] + first * 32 * q;
        real *out1 = out[1] + first * 6 * q;
        real *out2 = out[2] + first * 32 * q;
        real *out3 = out[3] + first * 6 * q;
        real *out4 = out[4] + first * 32 * q;
        real *out5 = out[5] + first * 4 * q * q;
        real *out6 = out[6] + first * 32 * q;
        real *out7 = out[7] + first * 32 * q;
        (void)in0, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7;
        Attention_forward0_each0(out1, in0, shared, q, count);
        Attention_forward_saving0_each1(out2, out1, shared + 512, q, count);
        Attention_forward0_each0(out3, in0, shared + 896, q, count);
        Attention_forward0_each1(scratch, out3, weights->Kb, q, count);
        Attention_forward_saving0_each4(out4, scratch, q, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) Attention_forward_saving0_each5(scratch + 32 * q, out2, out4, q, count, tncc_part(4, 1, part, parts), tncc_part(4, 1, part + 1, parts));
        Attention_forward_saving0_each6(out5, scratch + 32 * q, q, count);
        Attention_forward0_each6(out6, in0, weights->V, q, count);
        Attention_forward_saving0_each8(scratch + 32 * q + 4 * q * q, out6, q, count);
        Attention_forward_saving0_each9(out7, out5, scratch + 32 * q + 4 * q * q, q, count);
        Attention_forward0_each8(out0, out7, weights->O, q, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows, (void)q, (void)t;
}

TNCC_INNER void Attention_forward_saving0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 32 * q + 4 * q * q + 64 * q + 16;
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
        (void)in0, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6, (void)out7;
        Attention_forward0_pack4(shared, weights->Qa);
        Attention_forward_saving0_once1(shared + 512, weights->Qb);
        Attention_forward0_pack4(shared + 896, weights->Ka);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 1 ? (share > 1 ? share : 1) : 1;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) Attention_forward_saving0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        Attention_forward_saving0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows, (void)q, (void)t;
}

/* O':1 */
TNCC_STEP void Attention_backward_saved0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 32, .base = 4, .known = 1, .paired = 0, .whole = 0, .a0 = 8 * q, .b0 = 0, .c0 = 256, .k1 = rows, .ak1 = 32 * q, .bk1 = 32 * q, .k0 = q, .ak0 = 8, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* y:1':1 */
TNCC_STEP void Attention_backward_saved0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 1, .b1 = 0, .c1 = 8, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = q, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + (i0 + i1 * rows) * q * TNCC_PADDED(8) + j * q * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q + i1 * q * q, in2 + (i0 + i1 * rows) * q * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * q * TNCC_COLUMNS(8), out + i0 * 8 * q + i1 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

/* w:1':1 */
TNCC_STEP void Attention_backward_saved0_each7(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t q, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2) {
                real sum = 0;
                    for (ptrdiff_t k0 = 0; k0 < q; ++k0)
                        sum += (*(in1 + i0 + i1 * 4 * q * q + i2 * 4 * q + k0 * 4) * *(in2 + i0 * q * q + i1 * 4 * q * q + i2 * q + k0));
                *(out + i0 * q + i1 * q + i2) = sum;
            }
}

/* w:1':3 */
TNCC_STEP void Attention_backward_saved0_each8(real *restrict out, const real *restrict in1, const real *restrict in2, const real *restrict in3, const ptrdiff_t q, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < q; ++i1)
            for (ptrdiff_t i2 = 0; i2 < q; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 4 * q * q + i1 * 4 * q + i2 * 4 + i3) = ((*(in1 + i0 * 4 * q * q + i1 * 4 * q + i2 * 4 + i3) - *(in2 + i0 * q + i1 + i3 * q)) * *(in3 + i0 * 4 * q * q + i1 * q + i2 + i3 * q * q));
}

TNCC_STEP void Attention_backward_saved0_each9(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
                const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
                for (ptrdiff_t k0 = 0; k0 < q; ++k0) {
                    const real *from = in1 + i0 * 8 * q + i1 * 32 * q + k0;
                    real *row = to + k0 * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * q];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
                to += q * TNCC_COLUMNS(8);
            }
}

/* Q':1 */
TNCC_STEP void Attention_backward_saved0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t q, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = q, .a1 = 4 * q, .b1 = 0, .c1 = 8, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = rows * q * TNCC_PADDED(8), .c0 = 8 * q, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = q, .ak0 = 4, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * q * TNCC_PADDED(8) + j * q * TNCC_COLUMNS(8), out + i0 * 8 * q + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
        if (8 % TNCC_COLUMNS(8))
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 4 * q * q, in2 + i0 * q * TNCC_PADDED(8) + 8 / TNCC_COLUMNS(8) * q * TNCC_COLUMNS(8), out + i0 * 8 * q + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
    }
}

TNCC_STEP void Attention_backward_saved0_each11(real *out, const real *in1, const ptrdiff_t q, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
                const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
                for (ptrdiff_t k0 = 0; k0 < q; ++k0) {
                    const real *from = in1 + i0 * q + i1 * 32 * q + k0;
                    real *row = to + k0 * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 4 * q];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
                to += q * TNCC_COLUMNS(8);
            }
}

TNCC_STEP void Attention_backward_saved0_tiles(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16 + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q;
    real *const total0 = total + 0;
    real *const total1 = total + 192;
    real *const total2 = me || !out[1] ? total + 384 : out[1];
    real *const total3 = me || !out[3] ? total + 576 : out[3];
    real *const total4 = me || !out[5] ? total + 768 : out[5];
    real *const total5 = me || !out[6] ? total + 1792 : out[6];
    if (low == high) memset(total0, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(192) * sizeof(real));
    if (low == high) memset(total4, 0, (size_t)(1024) * sizeof(real));
    if (low == high) memset(total5, 0, (size_t)(1024) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 6 * q;
        const real *in1 = in[1] + first * 32 * q;
        const real *in2 = in[2] + first * 6 * q;
        const real *in3 = in[3] + first * 32 * q;
        const real *in4 = in[4] + first * 4 * q * q;
        const real *in5 = in[5] + first * 32 * q;
        const real *in6 = in[6] + first * 32 * q;
        const real *in7 = in[7] + first * 32 * q;
        const real *in8 = in[8] + first * 32 * q;
        real *out0 = out[0] + first * 32 * q;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        Attention_backward_saved0_each0(total5, in6, in8, q, count, tile > low);
        Attention_backward0_each7(scratch, in8, shared, q, count);
        Attention_backward0_each4(scratch + 32 * q + 4 * q * q, in5, q, count);
        Attention_backward0_each12(scratch + 32 * q, scratch, scratch + 32 * q + 4 * q * q, q, count);
        Attention_backward0_each13(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q, scratch, q, count);
        Attention_backward_saved0_each5(scratch + 32 * q + 4 * q * q + 128 * q, in4, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q, q, count);
        Attention_backward0_each15(total4, scratch + 32 * q + 4 * q * q + 128 * q, in7, q, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) Attention_backward_saved0_each7(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q, scratch + 32 * q, in4, q, count, tncc_part(4, 1, part, parts), tncc_part(4, 1, part + 1, parts));
        Attention_backward_saved0_each8(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 32 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q, in4, q, count);
        Attention_backward_saved0_each9(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q, in3, q, count);
        Attention_backward_saved0_each10(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q, q, count);
        Attention_backward_saved0_each11(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q, in1, q, count);
        Attention_backward0_each20(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q, q, count);
        Attention_backward0_each21(total0, in2, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q, q, count, tile > low);
        Attention_backward0_each22(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q, shared + 2304, q, count);
        Attention_backward0_each1(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q, shared + 2816, q, count);
        Attention_backward0_each24(total3, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q, in7, q, count, tile > low);
        Attention_backward0_each21(total1, in0, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, q, count, tile > low);
        Attention_backward0_each22(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q, shared + 3040, q, count);
        Attention_backward0_each1(scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q, shared + 3552, q, count);
        Attention_backward0_each24(total2, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q, in7, q, count, tile > low);
        Attention_backward0_each29(out0, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q, scratch + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q, scratch + 32 * q + 4 * q * q + 128 * q, shared + 1152, q, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows, (void)q, (void)t;
}

TNCC_INNER void Attention_backward_saved0(const ptrdiff_t rows, const ptrdiff_t q, const ptrdiff_t t, const real *const *in,
    const Attention_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832;
    {
        real *scratch = space, *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        const real *in4 = in[4];
        const real *in5 = in[5];
        const real *in6 = in[6];
        const real *in7 = in[7];
        const real *in8 = in[8];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        Attention_backward0_once4(shared, weights->O);
        Attention_backward0_once5(shared + 1152, weights->V);
        Attention_backward0_once6(shared + 2304, weights->Kb);
        Attention_backward0_once7(shared + 2816, weights->Ka);
        Attention_backward0_once6(shared + 3040, weights->Qb);
        Attention_backward0_once7(shared + 3552, weights->Qa);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 1 ? (share > 1 ? share : 1) : 1;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) Attention_backward_saved0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        Attention_backward_saved0_tiles(rows, q, t, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total1, more + 192, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total2, more + 384, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total3, more + 576, tncc_part(192, 16, part, threads), tncc_part(192, 16, part + 1, threads));
                tncc_add(total4, more + 768, tncc_part(1024, 16, part, threads), tncc_part(1024, 16, part + 1, threads));
                tncc_add(total5, more + 1792, tncc_part(1024, 16, part, threads), tncc_part(1024, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (2832);
        real *const total0 = total + 0;
        real *const total1 = total + 192;
        real *const total2 = out[1] ? out[1] : total + 384;
        real *const total3 = out[3] ? out[3] : total + 576;
        real *const total4 = out[5] ? out[5] : total + 768;
        real *const total5 = out[6] ? out[6] : total + 1792;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        const real *in4 = in[4];
        const real *in5 = in[5];
        const real *in6 = in[6];
        const real *in7 = in[7];
        const real *in8 = in[8];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        real *out5 = out[5];
        real *out6 = out[6];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)in4, (void)in5, (void)in6, (void)in7, (void)in8, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4, (void)out5, (void)out6;
        if (out2) Attention_backward0_last0(out2, total1);
        if (out4) Attention_backward0_last0(out4, total0);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows, (void)q, (void)t;
}

void Attention_forward(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x, const Attention_real *packed, Attention_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        Attention_forward0(rows, q, t, in, 0, (real *)packed + 0, out, space, space + 16, threads);
    }
}

void Attention_apply(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x, const Attention_weights *weights, Attention_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        Attention_apply0(rows, q, t, in, weights, 0, out, space, space + 1040, threads);
    }
}

void Attention_backward(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x, const Attention_weights *weights, const Attention_real *d_y, Attention_real *d_x, const Attention_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->Qa, gradients->Qb, gradients->Ka, gradients->Kb, gradients->V, gradients->O};
        Attention_backward0(rows, q, t, in, weights, 0, out, space, space + 6192, threads);
    }
}

void Attention_forward_saving(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x, const Attention_weights *weights, Attention_real *y, Attention_real *saved, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x};
        real *const out[] = {y, saved + 0, saved + 6 * q * rows, saved + 6 * q * rows + 32 * q * rows, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t + 4 * q * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t + 4 * q * rows * t + 32 * rows * t};
        Attention_forward_saving0(rows, q, t, in, weights, 0, out, space, space + 1424, threads);
    }
}

void Attention_backward_saved(const int64_t rows, const int64_t q, const int64_t t, const Attention_real *x, const Attention_weights *weights, const Attention_real *saved, const Attention_real *d_y, Attention_real *d_x, const Attention_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {saved + 0, saved + 6 * q * rows, saved + 6 * q * rows + 32 * q * rows, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t + 4 * q * rows * t, saved + 6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t + 4 * q * rows * t + 32 * rows * t, x, d_y};
        real *const out[] = {d_x, gradients->Qa, gradients->Qb, gradients->Ka, gradients->Kb, gradients->V, gradients->O};
        Attention_backward_saved0(rows, q, t, in, weights, 0, out, space, space + 3792, threads);
    }
}

size_t Attention_packed_bytes(void)
{
    return sizeof(real) * ((size_t)3472);
}

void Attention_pack(const Attention_weights *weights, real *packed, void *workspace)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    Attention_forward0_pack(weights, packed + 0, space);
}

size_t Attention_workspace_bytes(const int64_t rows, const int64_t q, const int64_t t, const int threads)
{
    size_t most = 0;
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(1040) + (size_t)threads * (size_t)(16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 4 * q * q + 32 * q + 32 * q + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(6192) + (size_t)threads * (size_t)(16 + 6 * q + 32 * q + 6 * q + 32 * q + 4 * q * q + 128 * q + 4 * q * q + 32 * q + 32 * q + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(1424) + (size_t)threads * (size_t)(16 + 32 * q + 4 * q * q + 64 * q + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(3792) + (size_t)threads * (size_t)(16 + 32 * q + 4 * q * q + 128 * q + 32 * q + 64 * q + 4 * q + 4 * q * q + 32 * q + 64 * q + 64 * q + 32 * q + 6 * q + 32 * q + 6 * q + 32 * q + 2832);
        most = size > most ? size : most;
    }
    (void)rows, (void)q, (void)t;
    return most * sizeof(real) + 64;
}

size_t Attention_saved_bytes(const int64_t rows, const int64_t q, const int64_t t)
{
    (void)rows, (void)q, (void)t;
    return sizeof(real) * (size_t)(6 * q * rows + 32 * q * rows + 6 * rows * t + 32 * rows * t + 4 * q * rows * t + 32 * rows * t + 32 * q * rows);
}

#endif
