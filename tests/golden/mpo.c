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

#include <math.h>
#include <string.h>
typedef MPO_real real;
typedef MPO_stored tncc_stored;
#define SIN sinf
#define COS cosf
#define SQRT sqrtf
#define FABS fabsf
#define tncc_turn MPO_turn
#define tncc_turn_few MPO_turn_few
#define tncc_scatter MPO_scatter
#define tncc_add MPO_add

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
TNCC_STEP void MPO_forward0_pack0(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void MPO_forward0_pack2(real *out, const real *in1);
TNCC_STEP void MPO_forward0_pack3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward0_pack4(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward0_each1(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_INNER void MPO_forward0_pack(const MPO_weights *weights, real *constant, real *scratch);
TNCC_STEP void MPO_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_forward0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_forward1_pack1(real *out, const real *in1);
TNCC_STEP void MPO_forward1_pack3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward1_pack4(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward1_each0(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_INNER void MPO_forward1_pack(const MPO_weights *weights, real *constant, real *scratch);
TNCC_STEP void MPO_forward1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_forward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_apply0_once0(real *out, const real *in1);
TNCC_STEP void MPO_apply0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_apply0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void MPO_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_apply0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_apply1_once0(real *out, const real *in1);
TNCC_STEP void MPO_apply1_once1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply1_once2(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply1_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply1_each1(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void MPO_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_apply1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_apply2_once2(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply2_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_apply2_each1(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows);
TNCC_STEP void MPO_apply2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_apply2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward0_once0(real *out, const real *in1);
TNCC_STEP void MPO_backward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward0_each2(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more);
TNCC_STEP void MPO_backward0_each3(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward0_each4(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void MPO_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_backward0_each6(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_backward0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void MPO_backward0_last0(real *restrict out, const real *restrict in1);
TNCC_STEP void MPO_backward0_last1(real *restrict out, const real *restrict in1);
TNCC_STEP void MPO_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward1_once1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward1_once2(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward1_once3(real *out, const real *in1);
TNCC_STEP void MPO_backward1_once4(real *out, const real *in1);
TNCC_STEP void MPO_backward1_each0(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward1_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_backward1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward1_each4(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward1_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_backward1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void MPO_backward1_last0(real *out, const real *in1, const real *in2);
TNCC_STEP void MPO_backward1_last1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward1_last2(real *restrict out, const real *restrict in1);
TNCC_STEP void MPO_backward1_last3(real *restrict out, const real *restrict in1);
TNCC_STEP void MPO_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward2_once2(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_once3(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_once4(real *out, const real *in1);
TNCC_STEP void MPO_backward2_once5(real *out, const real *in1);
TNCC_STEP void MPO_backward2_once6(real *out, const real *in1);
TNCC_STEP void MPO_backward2_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_each2(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward2_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_last0(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_last1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_last2(real *out, const real *in1, const real *in2);
TNCC_STEP void MPO_backward2_last3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_backward2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_forward_saving0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void MPO_forward_saving0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high);
TNCC_STEP void MPO_forward_saving0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows);
TNCC_STEP void MPO_forward_saving0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_forward_saving1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_forward_saving2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward_saved0_each1(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward_saved0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void MPO_backward_saved0_each4(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void MPO_backward_saved0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward_saved0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward_saved1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward_saved1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void MPO_backward_saved2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void MPO_backward_saved2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);

#if TNCC_PARTS & 1

/* A[2] */
TNCC_STEP void MPO_forward0_pack0(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 3072; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

TNCC_STEP void MPO_forward0_pack2(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 16, 32, 48, 64, 80, 96, 112, 128, 144, 160, 176};
    for (int j = 0; j < 96; j += TNCC_COLUMNS(96)) {
        const int some = 96 - j < TNCC_COLUMNS(96) ? 96 - j : TNCC_COLUMNS(96);
        ptrdiff_t at[TNCC_COLUMNS(96)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 192;
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(96);
            tncc_turn(row, TNCC_COLUMNS(96), in1 + k0, at, 0, 16, some);
            for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(96); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(96); ++lane)
                    row[i * TNCC_COLUMNS(96) + lane] = 0;
        }
        to += 16 * TNCC_COLUMNS(96);
    }
}

/* y:1:1 */
TNCC_STEP void MPO_forward0_pack3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = high - low, .a1 = 1, .b1 = 0, .c1 = 96, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 2048, .bk0 = TNCC_COLUMNS(96), .apart = 1};
    for (ptrdiff_t j = 0; j < 96 / TNCC_COLUMNS(96); ++j)
        tncc_tiles(s, TNCC_COLUMNS(96), in1 + low, in2 + j * 16 * TNCC_COLUMNS(96), out + low * 96 + j * TNCC_COLUMNS(96), 0, (int)(j * TNCC_COLUMNS(96)));
    if (96 % TNCC_COLUMNS(96))
        tncc_tiles(s, 96 % TNCC_COLUMNS(96), in1 + low, in2 + 96 / TNCC_COLUMNS(96) * 16 * TNCC_COLUMNS(96), out + low * 96 + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), 0, (int)(96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96)));
}

TNCC_STEP void MPO_forward0_pack4(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high)
{
    real *to = out + low * 64 * TNCC_COLUMNS(3072);
    static const int begin[] = {0, 8, 16, 24, 32, 40, 48, 56, 64, 72, 80, 88};
    for (int j = (int)low * TNCC_COLUMNS(3072); j < 3072 && j < high * TNCC_COLUMNS(3072); j += TNCC_COLUMNS(3072)) {
        const int some = 3072 - j < TNCC_COLUMNS(3072) ? 3072 - j : TNCC_COLUMNS(3072);
        ptrdiff_t at[TNCC_COLUMNS(3072)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 256] + ((j + lane) % 256) * 96;
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(3072);
            tncc_turn(row, 8 * TNCC_COLUMNS(3072), in1 + k0 + k1 * 24576, at, 0, 8, some);
            for (ptrdiff_t i = 0; i < 8 && some < TNCC_COLUMNS(3072); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(3072); ++lane)
                    row[i * 8 * TNCC_COLUMNS(3072) + lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(3072);
    }
}

/* y:1:2 */
TNCC_STEP void MPO_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 3072, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 12, .bk0 = TNCC_COLUMNS(3072), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 3072 / TNCC_COLUMNS(3072); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + j * 64 * TNCC_COLUMNS(3072), out + i0 * 36864 + j * TNCC_COLUMNS(3072), 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072) && low <= 3072 / TNCC_COLUMNS(3072) && high > 3072 / TNCC_COLUMNS(3072))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + 3072 / TNCC_COLUMNS(3072) * 64 * TNCC_COLUMNS(3072), out + i0 * 36864 + 3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072), 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

/* y:1, result 0 */
struct MPO_forward0_each1_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void MPO_forward0_each1_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward0_each1_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 3072 + (row + i / base) * 16 + (column + j)) = (sum + *(in1 + (row + i / base) * 16 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_forward0_each1(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct MPO_forward0_each1_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 192, .a1 = 16, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 3072, .bk1 = 16, .k0 = 16, .ak0 = 1, .bk0 = 192, .apart = 1, .finish = MPO_forward0_each1_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(16), in2 + i0 * 36864, in3 + j * TNCC_COLUMNS(16), out, 0, (int)(j * TNCC_COLUMNS(16))); }
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 16 % TNCC_COLUMNS(16), in2 + i0 * 36864, in3 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16))); }
}

TNCC_INNER void MPO_forward0_pack(const MPO_weights *weights, real *constant, real *scratch)
{
    MPO_forward0_pack0(constant + 196608, weights->A_2);
    MPO_forward0_pack0(constant + 199680, weights->bias);
    MPO_forward0_pack2(scratch, weights->A_0);
    MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch, 0, 2048);
    MPO_forward0_pack4(constant, scratch + 1536, 0, TNCC_CEIL(3072, TNCC_COLUMNS(3072)));
    (void)weights, (void)constant, (void)scratch;
}

TNCC_STEP void MPO_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 198160 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 198160;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_forward0_each0(scratch, in0, constant, count, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, parts), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, parts));
        MPO_forward0_each1(out0, constant + 199680, scratch, constant + 196608, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_forward0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? (share > 1 ? share : 1) : 3;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_forward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_forward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_forward1_pack1(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 96; j += TNCC_COLUMNS(96)) {
        const int some = 96 - j < TNCC_COLUMNS(96) ? 96 - j : TNCC_COLUMNS(96);
        {
            const ptrdiff_t k0 = 0;
            real *row = to + k0 * TNCC_COLUMNS(96);
            tncc_turn(row, TNCC_COLUMNS(96), in1 + k0 + j * 16, 0, 16, 16, some);
            for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(96); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(96); ++lane)
                    row[i * TNCC_COLUMNS(96) + lane] = 0;
        }
        to += 16 * TNCC_COLUMNS(96);
    }
}

/* y:1:2 */
TNCC_STEP void MPO_forward1_pack3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 192, .a1 = 1, .b1 = 0, .c1 = 12288, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 192, .bk0 = 96, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0) {
        for (ptrdiff_t j = 0; j < 96 / TNCC_COLUMNS(96); ++j)
            tncc_tiles(s, TNCC_COLUMNS(96), in1, in2 + i0 * 1536 + j * TNCC_COLUMNS(96), out + i0 * 96 + j * TNCC_COLUMNS(96), 0, (int)(j * TNCC_COLUMNS(96)));
        if (96 % TNCC_COLUMNS(96))
            tncc_tiles(s, 96 % TNCC_COLUMNS(96), in1, in2 + i0 * 1536 + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), out + i0 * 96 + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), 0, (int)(96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96)));
    }
}

TNCC_STEP void MPO_forward1_pack4(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high)
{
    real *to = out + low * 768 * TNCC_COLUMNS(3072);
    static const int begin[] = {0, 96, 192, 288, 384, 480, 576, 672, 768, 864, 960, 1056, 1152, 1248, 1344, 1440, 1, 97, 193, 289, 385, 481, 577, 673, 769, 865, 961, 1057, 1153, 1249, 1345, 1441, 2, 98, 194, 290, 386, 482, 578, 674, 770, 866, 962, 1058, 1154, 1250, 1346, 1442, 3, 99, 195, 291, 387, 483, 579, 675, 771, 867, 963, 1059, 1155, 1251, 1347, 1443, 4, 100, 196, 292, 388, 484, 580, 676, 772, 868, 964, 1060, 1156, 1252, 1348, 1444, 5, 101, 197, 293, 389, 485, 581, 677, 773, 869, 965, 1061, 1157, 1253, 1349, 1445, 6, 102, 198, 294, 390, 486, 582, 678, 774, 870, 966, 1062, 1158, 1254, 1350, 1446, 7, 103, 199, 295, 391, 487, 583, 679, 775, 871, 967, 1063, 1159, 1255, 1351, 1447, 8, 104, 200, 296, 392, 488, 584, 680, 776, 872, 968, 1064, 1160, 1256, 1352, 1448, 9, 105, 201, 297, 393, 489, 585, 681, 777, 873, 969, 1065, 1161, 1257, 1353, 1449, 10, 106, 202, 298, 394, 490, 586, 682, 778, 874, 970, 1066, 1162, 1258, 1354, 1450, 11, 107, 203, 299, 395, 491, 587, 683, 779, 875, 971, 1067, 1163, 1259, 1355, 1451};
    for (int j = (int)low * TNCC_COLUMNS(3072); j < 3072 && j < high * TNCC_COLUMNS(3072); j += TNCC_COLUMNS(3072)) {
        const int some = 3072 - j < TNCC_COLUMNS(3072) ? 3072 - j : TNCC_COLUMNS(3072);
        ptrdiff_t at[TNCC_COLUMNS(3072)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 16] + ((j + lane) % 16) * 12288;
        for (ptrdiff_t k2 = 0; k2 < 12; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                    const real *from = in1 + k0 * 12 + k1 * 1536 + k2 * 196608;
                    real *row = to + (k0 * 96 + k1 * 12 + k2) * TNCC_COLUMNS(3072);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(3072); ++lane)
                        row[lane] = 0;
                }
        to += 768 * TNCC_COLUMNS(3072);
    }
}

/* y:1, result 0 */
struct MPO_forward1_each0_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void MPO_forward1_each0_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward1_each0_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + (row + i / base) * 3072 + (column + j)) = (sum + *(in1 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_forward1_each0(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    struct MPO_forward1_each0_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 768, .b1 = 0, .c1 = 3072, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 768, .ak0 = 1, .bk0 = TNCC_COLUMNS(3072), .apart = 1, .finish = MPO_forward1_each0_finish, .at = &at};
    for (ptrdiff_t j = low; j < high && j < 3072 / TNCC_COLUMNS(3072); ++j)
        tncc_tiles(s, TNCC_COLUMNS(3072), in2, in3 + j * 768 * TNCC_COLUMNS(3072), out, 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072) && low <= 3072 / TNCC_COLUMNS(3072) && high > 3072 / TNCC_COLUMNS(3072))
        tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in2, in3 + 3072 / TNCC_COLUMNS(3072) * 768 * TNCC_COLUMNS(3072), out, 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

TNCC_INNER void MPO_forward1_pack(const MPO_weights *weights, real *constant, real *scratch)
{
    MPO_forward0_pack0(constant + 2359296, weights->bias);
    MPO_forward1_pack1(scratch, weights->A_0);
    MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch, 0, 2048);
    MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536, 0, 128);
    MPO_forward1_pack4(constant, scratch + 198144, 0, TNCC_CEIL(3072, TNCC_COLUMNS(3072)));
    (void)weights, (void)constant, (void)scratch;
}

TNCC_STEP void MPO_forward1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 2557456 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 2557456;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_forward1_each0(out0, constant + 2359296, in0, constant, count, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, parts), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, parts));
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_forward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? (share > 1 ? share : 1) : 32;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_forward1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_forward1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_apply0_once0(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 192, 384, 576, 768, 960, 1152, 1344, 1536, 1728, 1920, 2112, 2304, 2496, 2688, 2880};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        ptrdiff_t at[TNCC_COLUMNS(256)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 16] + (j + lane) % 16;
        for (ptrdiff_t k0 = 0; k0 < 12; ++k0) {
            const real *from = in1 + k0 * 16;
            real *row = to + k0 * TNCC_COLUMNS(256);
            for (int lane = 0; lane < some; lane += TNCC_TOGETHER(16))
                memcpy(row + lane, from + at[lane], TNCC_TOGETHER(16) * sizeof(real));
            for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                row[lane] = 0;
        }
        to += 12 * TNCC_COLUMNS(256);
    }
}

/* y:1:1 */
TNCC_STEP void MPO_apply0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 12, .b1 = 0, .c1 = 4096, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 12, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(256), in1 + i0 * 768 + i1 * 96, in2 + j * 12 * TNCC_COLUMNS(256), out + i0 * 256 + i1 * 512 + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1 + i0 * 768 + i1 * 96, in2 + 256 / TNCC_COLUMNS(256) * 12 * TNCC_COLUMNS(256), out + i0 * 256 + i1 * 512 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* y:1:2 */
TNCC_STEP void MPO_apply0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 4096, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 4096, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 512 + i1 * 256 + j * TNCC_COLUMNS(16), out + i0 * 32 + i1 * 16 + i2 * 256 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 512 + i1 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 32 + i1 * 16 + i2 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

/* y:1, result 0 */
struct MPO_apply0_each2_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; ptrdiff_t i1; };
static void MPO_apply0_each2_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_apply0_each2_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 16 + at->i1 * 3072 + (row + i / base) * 256 + (column + j)) = (sum + *(in1 + at->i0 * 16 + (row + i / base) * 256 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_apply0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct MPO_apply0_each2_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 12, .a1 = 16, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 192, .bk1 = 32, .k0 = 16, .ak0 = 1, .bk0 = 256, .apart = 1, .finish = MPO_apply0_each2_finish, .at = &at};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                { at.i0 = i0; at.i1 = i1; tncc_tiles(s, TNCC_COLUMNS(16), in2, in3 + i0 * 4096 + i1 * 16 + j * TNCC_COLUMNS(16), out, 0, (int)(j * TNCC_COLUMNS(16))); }
            if (16 % TNCC_COLUMNS(16))
                { at.i0 = i0; at.i1 = i1; tncc_tiles(s, 16 % TNCC_COLUMNS(16), in2, in3 + i0 * 4096 + i1 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16))); }
        }
}

TNCC_STEP void MPO_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        MPO_apply0_each0(scratch, in0, shared, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_apply0_each1(scratch + 32768, weights->A_1, scratch, count, tncc_part(8, 1, part, parts), tncc_part(8, 1, part + 1, parts));
        MPO_apply0_each2(out0, weights->bias, weights->A_0, scratch + 32768, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_apply0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_apply0_once0(shared, weights->A_2);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 2 ? (share > 1 ? share : 1) : 2;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_apply0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_apply0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_apply1_once0(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 2048; j += TNCC_COLUMNS(2048)) {
        const int some = 2048 - j < TNCC_COLUMNS(2048) ? 2048 - j : TNCC_COLUMNS(2048);
        for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
            const real *from = in1 + k0 * 2048;
            real *row = to + k0 * TNCC_COLUMNS(2048);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[j + lane];
            for (int lane = some; lane < TNCC_COLUMNS(2048); ++lane)
                row[lane] = 0;
        }
        to += 16 * TNCC_COLUMNS(2048);
    }
}

/* y:1:1 */
TNCC_STEP void MPO_apply1_once1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 8, .a1 = 192, .b1 = 0, .c1 = 2048, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(2048), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 2048 / TNCC_COLUMNS(2048); ++j)
        for (ptrdiff_t i0 = 0; i0 < 12; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(2048), in1 + i0 * 16, in2 + j * 16 * TNCC_COLUMNS(2048), out + i0 * 16384 + j * TNCC_COLUMNS(2048), 0, (int)(j * TNCC_COLUMNS(2048)));
    if (2048 % TNCC_COLUMNS(2048) && low <= 2048 / TNCC_COLUMNS(2048) && high > 2048 / TNCC_COLUMNS(2048))
        for (ptrdiff_t i0 = 0; i0 < 12; ++i0)
            tncc_tiles(s, 2048 % TNCC_COLUMNS(2048), in1 + i0 * 16, in2 + 2048 / TNCC_COLUMNS(2048) * 16 * TNCC_COLUMNS(2048), out + i0 * 16384 + 2048 / TNCC_COLUMNS(2048) * TNCC_COLUMNS(2048), 0, (int)(2048 / TNCC_COLUMNS(2048) * TNCC_COLUMNS(2048)));
}

TNCC_STEP void MPO_apply1_once2(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high)
{
    real *to = out + low * 64 * TNCC_COLUMNS(3072);
    static const int begin[] = {0, 16384, 32768, 49152, 65536, 81920, 98304, 114688, 131072, 147456, 163840, 180224};
    for (int j = (int)low * TNCC_COLUMNS(3072); j < 3072 && j < high * TNCC_COLUMNS(3072); j += TNCC_COLUMNS(3072)) {
        const int some = 3072 - j < TNCC_COLUMNS(3072) ? 3072 - j : TNCC_COLUMNS(3072);
        ptrdiff_t at[TNCC_COLUMNS(3072)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 256] + (j + lane) % 256;
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0) {
            const real *from = in1 + k0 * 256;
            real *row = to + k0 * TNCC_COLUMNS(3072);
            for (int lane = 0; lane < some; lane += TNCC_TOGETHER(16))
                memcpy(row + lane, from + at[lane], TNCC_TOGETHER(16) * sizeof(real));
            for (int lane = some; lane < TNCC_COLUMNS(3072); ++lane)
                row[lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(3072);
    }
}

/* y:1:2 */
TNCC_STEP void MPO_apply1_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 9216, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 12, .bk0 = TNCC_COLUMNS(3072), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 3072 / TNCC_COLUMNS(3072); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + j * 64 * TNCC_COLUMNS(3072), out + i0 * 3072 + j * TNCC_COLUMNS(3072), 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072) && low <= 3072 / TNCC_COLUMNS(3072) && high > 3072 / TNCC_COLUMNS(3072))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + 3072 / TNCC_COLUMNS(3072) * 64 * TNCC_COLUMNS(3072), out + i0 * 3072 + 3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072), 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

/* y:1, result 0 */
struct MPO_apply1_each1_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void MPO_apply1_each1_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_apply1_each1_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 3072 + (row + i / base) * 16 + (column + j)) = (sum + *(in1 + (row + i / base) * 16 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_apply1_each1(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct MPO_apply1_each1_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 192, .a1 = 16, .b1 = 0, .c1 = 48, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 9216, .bk1 = 16, .k0 = 16, .ak0 = 1, .bk0 = 192, .apart = 1, .finish = MPO_apply1_each1_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(16), in2 + i0 * 3072, in3 + j * TNCC_COLUMNS(16), out, 0, (int)(j * TNCC_COLUMNS(16))); }
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 16 % TNCC_COLUMNS(16), in2 + i0 * 3072, in3 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16))); }
}

#endif

#if TNCC_PARTS & 2

TNCC_STEP void MPO_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 229648 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 229648;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_apply1_each0(scratch, in0, shared, count, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, parts), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, parts));
        MPO_apply1_each1(out0, weights->bias, scratch, weights->A_2, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_apply1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 229648 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply1_once2(shared, scratch + 33024, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, threads), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, threads));
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? (share > 1 ? share : 1) : 3;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_apply1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_apply1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

/* y:1:2 */
TNCC_STEP void MPO_apply2_once2(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 96, .a1 = 1, .b1 = 0, .c1 = 24576, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 96, .bk0 = 192, .apart = 1};
    for (ptrdiff_t j = 0; j < 192 / TNCC_COLUMNS(192); ++j)
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(192), in1 + i0 * 1536, in2 + j * TNCC_COLUMNS(192), out + i0 * 192 + j * TNCC_COLUMNS(192), 0, (int)(j * TNCC_COLUMNS(192)));
    if (192 % TNCC_COLUMNS(192))
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            tncc_tiles(s, 192 % TNCC_COLUMNS(192), in1 + i0 * 1536, in2 + 192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192), out + i0 * 192 + 192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192), 0, (int)(192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192)));
}

/* y:1 */
TNCC_STEP void MPO_apply2_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = rows, .a1 = 768, .b1 = 0, .c1 = 3072, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 12, .bk1 = 3072, .k0 = 12, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + k0 * 96, in2 + i0 * 24576 + i1 * 192 + k0 * 294912 + j * TNCC_COLUMNS(16), out + i0 * 256 + i1 * 16 + j * TNCC_COLUMNS(16), k0 > 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + k0 * 96, in2 + i0 * 24576 + i1 * 192 + k0 * 294912 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 256 + i1 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), k0 > 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

/* result 0 */
TNCC_STEP void MPO_apply2_each1(real *restrict out, const real *restrict in1, const real *restrict in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 3072; ++i1)
            *(out + i0 * 3072 + i1) = (*(in1 + i0 * 3072 + i1) + *(in2 + i1));
}

TNCC_STEP void MPO_apply2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 198160 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 198160;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_apply2_each0(scratch, in0, shared, count, tncc_part(12, 1, part, parts), tncc_part(12, 1, part + 1, parts));
        MPO_apply2_each1(out0, scratch, weights->bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_apply2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward1_pack1(scratch, weights->A_0);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch, tncc_part(2048, 48, part, threads), tncc_part(2048, 48, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply2_once2(shared, scratch + 1536, weights->A_2, tncc_part(128, 1, part, threads), tncc_part(128, 1, part + 1, threads));
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? (share > 1 ? share : 1) : 32;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_apply2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_apply2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_backward0_once0(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 16 + k1) * TNCC_COLUMNS(12);
            tncc_turn(row, TNCC_COLUMNS(12), in1 + k0 * 192 + k1 + j * 16, 0, 16, 16, some);
            for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(12); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[i * TNCC_COLUMNS(12) + lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(12);
    }
}

/* y:1:1 */
TNCC_STEP void MPO_backward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 12, .b1 = 0, .c1 = 256, .base = 8, .known = 1, .paired = 0, .whole = 0, .a0 = 96, .b0 = 0, .c0 = 4096, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 12, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i1 * 768, in2 + i0 * 192 + j * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 2048 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i1 * 768, in2 + i0 * 192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 2048 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* y:1:2 */
TNCC_STEP void MPO_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 256, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 4096 + i1 * 2048 + j * TNCC_COLUMNS(16), out + i0 * 8192 + i1 * 4096 + i2 * 16 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 4096 + i1 * 2048 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 8192 + i1 * 4096 + i2 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

/* bias':1 */
TNCC_STEP void MPO_backward0_each2(real *restrict out, const real *restrict in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 3072; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                sum += *(in1 + i0 + k0 * 3072);
        *(out + i0) = (more ? *(out + i0) : 0) + sum;
    }
}

TNCC_STEP void MPO_backward0_each3(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 256 + k1 * 16 + k2) * TNCC_COLUMNS(12);
                tncc_turn(row, TNCC_COLUMNS(12), in1 + k0 * 3072 + k1 * 16 + k2 + j * 256, 0, 256, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(12); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                        row[i * TNCC_COLUMNS(12) + lane] = 0;
            }
        to += 256 * rows * TNCC_COLUMNS(12);
    }
}

/* A[0]':1 */
TNCC_STEP void MPO_backward0_each4(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 12, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 16, .ak1 = 256, .bk1 = 16 * TNCC_COLUMNS(12), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
                tncc_tiles(s, TNCC_COLUMNS(12), in1 + i0 * 8192 + k0 * 4096, in2 + k0 * 256 * TNCC_COLUMNS(12) + j * 256 * rows * TNCC_COLUMNS(12), out + i0 * 192 + j * TNCC_COLUMNS(12), more || k0 > 0, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
                tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1 + i0 * 8192 + k0 * 4096, in2 + k0 * 256 * TNCC_COLUMNS(12) + 12 / TNCC_COLUMNS(12) * 256 * rows * TNCC_COLUMNS(12), out + i0 * 192 + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), more || k0 > 0, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
}

/* y:1:2':1 */
TNCC_STEP void MPO_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 12, .ak0 = 16, .bk0 = 256, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i2 * 192, in2 + i0 * 3072 + i1 * 16 + j * TNCC_COLUMNS(16), out + i0 * 4096 + i1 * 256 + i2 * 8192 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i2 * 192, in2 + i0 * 3072 + i1 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 4096 + i1 * 256 + i2 * 8192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

TNCC_STEP void MPO_backward0_each6(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 128; j += TNCC_COLUMNS(128)) {
        const int some = 128 - j < TNCC_COLUMNS(128) ? 128 - j : TNCC_COLUMNS(128);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            for (ptrdiff_t k1 = 0; k1 < rows; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 16 * rows + k1 * 16 + k2) * TNCC_COLUMNS(128);
                tncc_turn(row, TNCC_COLUMNS(128), in1 + k0 * 4096 + k1 * 2048 + k2 + j * 16, 0, 16, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(128); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(128); ++lane)
                        row[i * TNCC_COLUMNS(128) + lane] = 0;
            }
        to += 128 * rows * TNCC_COLUMNS(128);
    }
}

/* A[1]':1 */
TNCC_STEP void MPO_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 256, .a1 = 16, .b1 = 0, .c1 = 128, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 4096, .bk1 = 16 * TNCC_COLUMNS(128), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(128), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 128 / TNCC_COLUMNS(128); ++j)
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(128), in1 + k0 * 8192, in2 + k0 * 16 * rows * TNCC_COLUMNS(128) + j * 128 * rows * TNCC_COLUMNS(128), out + j * TNCC_COLUMNS(128), more || k0 > 0, (int)(j * TNCC_COLUMNS(128)));
    if (128 % TNCC_COLUMNS(128) && low <= 128 / TNCC_COLUMNS(128) && high > 128 / TNCC_COLUMNS(128))
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, 128 % TNCC_COLUMNS(128), in1 + k0 * 8192, in2 + k0 * 16 * rows * TNCC_COLUMNS(128) + 128 / TNCC_COLUMNS(128) * 128 * rows * TNCC_COLUMNS(128), out + 128 / TNCC_COLUMNS(128) * TNCC_COLUMNS(128), more || k0 > 0, (int)(128 / TNCC_COLUMNS(128) * TNCC_COLUMNS(128)));
}

/* y:1:1':1 */
TNCC_STEP void MPO_backward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 2048, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 16, .ak1 = 2048, .bk1 = 16, .k0 = 16, .ak0 = 16, .bk0 = 256, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i2 * 256, in2 + i0 * 8192 + i1 * 4096 + j * TNCC_COLUMNS(16), out + i0 * 32 + i1 * 16 + i2 * 256 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i2 * 256, in2 + i0 * 8192 + i1 * 4096 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 32 + i1 * 16 + i2 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

/* x':1 */
TNCC_STEP void MPO_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 32, .b1 = 0, .c1 = 96, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 256, .b0 = 0, .c0 = 12, .k1 = 16, .ak1 = 2048, .bk1 = 16 * TNCC_COLUMNS(12), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(12), in1 + i0 * 16, in2 + j * 256 * TNCC_COLUMNS(12), out + i0 * 768 + j * TNCC_COLUMNS(12), 0, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1 + i0 * 16, in2 + 12 / TNCC_COLUMNS(12) * 256 * TNCC_COLUMNS(12), out + i0 * 768 + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), 0, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
}

/* A[2]':1 */
TNCC_STEP void MPO_backward0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 96, .bk1 = 32, .k0 = 8, .ak0 = 12, .bk0 = 256, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + k0 * 768, in2 + i0 * 2048 + k0 * 16 + j * TNCC_COLUMNS(16), out + i0 * 192 + j * TNCC_COLUMNS(16), more || k0 > 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + k0 * 768, in2 + i0 * 2048 + k0 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more || k0 > 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* result 1 */
TNCC_STEP void MPO_backward0_last0(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        tncc_turn(out + i0 * 192, 16, in1 + i0 * 192, 0, 12, 12, 16);
}

/* result 2 */
TNCC_STEP void MPO_backward0_last1(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 128; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 256 + i1 * 16 + i2) = *(in1 + i0 * 16 + i1 * 2048 + i2);
}

TNCC_STEP void MPO_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 135184 + 40464;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 135184;
    real *const total0 = total + 0;
    real *const total1 = total + 1536;
    real *const total2 = me || !out[3] ? total + 34304 : out[3];
    real *const total3 = me || !out[4] ? total + 37376 : out[4];
    if (low == high) memset(total0, 0, (size_t)(1536) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(32768) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(3072) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        const real *in1 = in[1] + first * 3072;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_each0(scratch, in0, weights->A_2, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward0_each1(scratch + 32768, weights->A_1, scratch, count, tncc_part(8, 1, part, parts), tncc_part(8, 1, part + 1, parts));
        MPO_backward0_each2(total3, in1, count, tile > low);
        MPO_backward0_each3(scratch + 98304, in1, count);
        MPO_backward0_each4(total0, scratch + 32768, scratch + 98304, count, tile > low);
        MPO_backward0_each5(scratch + 32768, weights->A_0, in1, count);
        MPO_backward0_each6(scratch + 98304, scratch, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward0_each7(total1, scratch + 32768, scratch + 98304, count, tile > low, tncc_part(TNCC_CEIL(128, TNCC_COLUMNS(128)), 1, part, parts), tncc_part(TNCC_CEIL(128, TNCC_COLUMNS(128)), 1, part + 1, parts));
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward0_each8(scratch, weights->A_1, scratch + 32768, count, tncc_part(8, 1, part, parts), tncc_part(8, 1, part + 1, parts));
        MPO_backward0_each9(out0, scratch, shared, count);
        MPO_backward0_each10(total2, in0, scratch, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 135184 + 40464;
    {
        real *scratch = space, *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_once0(shared, weights->A_2);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 2 ? (share > 1 ? share : 1) : 2;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(1536, 16, part, threads), tncc_part(1536, 16, part + 1, threads));
                tncc_add(total1, more + 1536, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
                tncc_add(total2, more + 34304, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
                tncc_add(total3, more + 37376, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        if (out1) MPO_backward0_last0(out1, total0);
        if (out2) MPO_backward0_last1(out2, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

/* y:1:2 */
TNCC_STEP void MPO_backward1_once1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 96, .a1 = 16, .b1 = 0, .c1 = 2048, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(2048), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 2048 / TNCC_COLUMNS(2048); ++j)
        tncc_tiles(s, TNCC_COLUMNS(2048), in1, in2 + j * 16 * TNCC_COLUMNS(2048), out + j * TNCC_COLUMNS(2048), 0, (int)(j * TNCC_COLUMNS(2048)));
    if (2048 % TNCC_COLUMNS(2048) && low <= 2048 / TNCC_COLUMNS(2048) && high > 2048 / TNCC_COLUMNS(2048))
        tncc_tiles(s, 2048 % TNCC_COLUMNS(2048), in1, in2 + 2048 / TNCC_COLUMNS(2048) * 16 * TNCC_COLUMNS(2048), out + 2048 / TNCC_COLUMNS(2048) * TNCC_COLUMNS(2048), 0, (int)(2048 / TNCC_COLUMNS(2048) * TNCC_COLUMNS(2048)));
}

TNCC_STEP void MPO_backward1_once2(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high)
{
    real *to = out + low * 192 * TNCC_COLUMNS(1024);
    static const int begin[] = {0, 256, 512, 768, 1024, 1280, 1536, 1792, 24576, 24832, 25088, 25344, 25600, 25856, 26112, 26368, 49152, 49408, 49664, 49920, 50176, 50432, 50688, 50944, 73728, 73984, 74240, 74496, 74752, 75008, 75264, 75520, 98304, 98560, 98816, 99072, 99328, 99584, 99840, 100096, 122880, 123136, 123392, 123648, 123904, 124160, 124416, 124672, 147456, 147712, 147968, 148224, 148480, 148736, 148992, 149248, 172032, 172288, 172544, 172800, 173056, 173312, 173568, 173824};
    for (int j = (int)low * TNCC_COLUMNS(1024); j < 1024 && j < high * TNCC_COLUMNS(1024); j += TNCC_COLUMNS(1024)) {
        const int some = 1024 - j < TNCC_COLUMNS(1024) ? 1024 - j : TNCC_COLUMNS(1024);
        ptrdiff_t at[TNCC_COLUMNS(1024)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 16] + (j + lane) % 16;
        for (ptrdiff_t k0 = 0; k0 < 12; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                const real *from = in1 + k0 * 2048 + k1 * 16;
                real *row = to + (k0 * 16 + k1) * TNCC_COLUMNS(1024);
                for (int lane = 0; lane < some; lane += TNCC_TOGETHER(16))
                    memcpy(row + lane, from + at[lane], TNCC_TOGETHER(16) * sizeof(real));
                for (int lane = some; lane < TNCC_COLUMNS(1024); ++lane)
                    row[lane] = 0;
            }
        to += 192 * TNCC_COLUMNS(1024);
    }
}

TNCC_STEP void MPO_backward1_once3(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 16 + k1) * TNCC_COLUMNS(12);
            tncc_turn(row, 16 * TNCC_COLUMNS(12), in1 + k0 + k1 * 192 + j * 16, 0, 16, 16, some);
            for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(12); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[i * 16 * TNCC_COLUMNS(12) + lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(12);
    }
}

TNCC_STEP void MPO_backward1_once4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                const ptrdiff_t k0 = 0;
                real *row = to + (k0 * 128 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                tncc_turn(row, 128 * TNCC_COLUMNS(16), in1 + k0 + k1 * 16 + k2 * 256 + j * 2048, 0, 2048, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(16); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[i * 128 * TNCC_COLUMNS(16) + lane] = 0;
            }
        to += 2048 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void MPO_backward1_each0(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 12, 24, 36, 48, 60, 72, 84};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
            const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
            ptrdiff_t at[TNCC_COLUMNS(64)];
            for (int lane = 0; lane < some; ++lane)
                at[lane] = begin[(j + lane) / 8] + ((j + lane) % 8) * 96;
            {
                const ptrdiff_t k0 = 0;
                real *row = to + k0 * TNCC_COLUMNS(64);
                tncc_turn(row, TNCC_COLUMNS(64), in1 + i0 * 768 + k0, at, 0, 12, some);
                for (ptrdiff_t i = 0; i < 12 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * TNCC_COLUMNS(64) + lane] = 0;
            }
            to += 12 * TNCC_COLUMNS(64);
        }
}

#endif

#if TNCC_PARTS & 4

/* y:1:1 */
TNCC_STEP void MPO_backward1_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 192, .b1 = 0, .c1 = 6144, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 12, .ak0 = 16, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(64), in1 + i1, in2 + i0 * 12 * TNCC_PADDED(64) + j * 12 * TNCC_COLUMNS(64), out + i0 * 64 + i1 * 384 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
                tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i1, in2 + i0 * 12 * TNCC_PADDED(64) + 64 / TNCC_COLUMNS(64) * 12 * TNCC_COLUMNS(64), out + i0 * 64 + i1 * 384 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* y:1:1':1 */
TNCC_STEP void MPO_backward1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 1024, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 192, .ak0 = 16, .bk0 = TNCC_COLUMNS(1024), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 1024 / TNCC_COLUMNS(1024); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(1024), in1 + i0 * 3072, in2 + j * 192 * TNCC_COLUMNS(1024), out + i0 * 16384 + j * TNCC_COLUMNS(1024), 0, (int)(j * TNCC_COLUMNS(1024)));
    if (1024 % TNCC_COLUMNS(1024) && low <= 1024 / TNCC_COLUMNS(1024) && high > 1024 / TNCC_COLUMNS(1024))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 1024 % TNCC_COLUMNS(1024), in1 + i0 * 3072, in2 + 1024 / TNCC_COLUMNS(1024) * 192 * TNCC_COLUMNS(1024), out + i0 * 16384 + 1024 / TNCC_COLUMNS(1024) * TNCC_COLUMNS(1024), 0, (int)(1024 / TNCC_COLUMNS(1024) * TNCC_COLUMNS(1024)));
}

/* y:1:2':1 */
TNCC_STEP void MPO_backward1_each4(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 192, .a1 = 16, .b1 = 0, .c1 = 64, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 3072, .bk1 = 64, .k0 = 16, .ak0 = 1, .bk0 = 384, .apart = 1};
    for (ptrdiff_t i0 = low; i0 < high; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + i0 * 6144 + j * TNCC_COLUMNS(64), out + i0 * 12288 + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + i0 * 6144 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 12288 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* x':1 */
TNCC_STEP void MPO_backward1_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 64, .a1 = 16, .b1 = 0, .c1 = 12, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 16, .ak1 = 1024, .bk1 = 16 * TNCC_COLUMNS(12), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(12), in1 + i0 * 16384, in2 + j * 256 * TNCC_COLUMNS(12), out + i0 * 768 + j * TNCC_COLUMNS(12), 0, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1 + i0 * 16384, in2 + 12 / TNCC_COLUMNS(12) * 256 * TNCC_COLUMNS(12), out + i0 * 768 + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), 0, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
}

/* A[2]':1 */
TNCC_STEP void MPO_backward1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 768, .bk1 = 16384, .k0 = 64, .ak0 = 12, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 1024 + j * TNCC_COLUMNS(16), out + i0 * 192 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* A[0]':1 */
TNCC_STEP void MPO_backward1_last0(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 12, .a1 = 1024, .b1 = 0, .c1 = 16, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 192, .k1 = 16, .ak1 = 12288, .bk1 = 128 * TNCC_COLUMNS(16), .k0 = 128, .ak0 = 8, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 2048 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 2048 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* A[1]':1 */
TNCC_STEP void MPO_backward1_last1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 64, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 1024, .bk1 = 16, .k0 = 8, .ak0 = 1, .bk0 = 192, .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 12288 + i1 * 8, in2 + j * TNCC_COLUMNS(16), out + i0 * 2048 + i1 * 256 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 12288 + i1 * 8, in2 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 2048 + i1 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* result 2 */
TNCC_STEP void MPO_backward1_last2(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i1 = 0; i1 < 128; ++i1)
        tncc_turn(out + i1 * 16, 2048, in1 + i1 * 16, 0, 2048, 16, 16);
}

/* result 3 */
TNCC_STEP void MPO_backward1_last3(real *restrict out, const real *restrict in1)
{
    for (ptrdiff_t i1 = 0; i1 < 12; ++i1)
        tncc_turn(out + i1 * 16, 192, in1 + i1 * 16, 0, 192, 16, 16);
}

TNCC_STEP void MPO_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 229648 + 202768;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 229648;
    real *const total0 = total + 0;
    real *const total1 = total + 196608;
    real *const total2 = me || !out[4] ? total + 199680 : out[4];
    if (low == high) memset(total0, 0, (size_t)(196608) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(3072) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        const real *in1 = in[1] + first * 3072;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward1_each0(scratch, in0, count);
        MPO_backward1_each1(scratch + 5184, weights->A_2, scratch, count);
        MPO_backward0_each2(total2, in1, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward1_each3(scratch + 103488, in1, shared, count, tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part, parts), tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part + 1, parts));
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward1_each4(total0, in1, scratch + 5184, count, tile > low, tncc_part(16, 1, part, parts), tncc_part(16, 1, part + 1, parts));
        MPO_backward1_each5(out0, scratch + 103488, shared + 202752, count);
        MPO_backward1_each6(total1, in0, scratch + 103488, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 229648 + 202768;
    {
        real *scratch = space, *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once2(shared, scratch + 33024, tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part, threads), tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part + 1, threads));
        MPO_backward1_once3(shared + 202752, weights->A_2);
        MPO_backward1_once4(shared + 206848, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 6 ? (share > 1 ? share : 1) : 6;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(196608, 16, part, threads), tncc_part(196608, 16, part + 1, threads));
                tncc_add(total1, more + 196608, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
                tncc_add(total2, more + 199680, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        if (out1) MPO_backward1_last0(out1, total0, shared + 206848);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_last1(scratch, total0, weights->A_0, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        if (out2) MPO_backward1_last2(out2, scratch);
        if (out3) MPO_backward1_last3(out3, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

/* y:1:2 */
TNCC_STEP void MPO_backward2_once2(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = high - low, .a1 = 16, .b1 = 0, .c1 = 192, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 1, .bk0 = 192, .apart = 1};
    for (ptrdiff_t j = 0; j < 192 / TNCC_COLUMNS(192); ++j)
        tncc_tiles(s, TNCC_COLUMNS(192), in1 + low * 16, in2 + j * TNCC_COLUMNS(192), out + low * 192 + j * TNCC_COLUMNS(192), 0, (int)(j * TNCC_COLUMNS(192)));
    if (192 % TNCC_COLUMNS(192))
        tncc_tiles(s, 192 % TNCC_COLUMNS(192), in1 + low * 16, in2 + 192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192), out + low * 192 + 192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192), 0, (int)(192 / TNCC_COLUMNS(192) * TNCC_COLUMNS(192)));
}

TNCC_STEP void MPO_backward2_once3(real *out, const real *in1, const ptrdiff_t low, const ptrdiff_t high)
{
    real *to = out + low * 3072 * TNCC_COLUMNS(768);
    static const int begin[] = {0, 3072, 6144, 9216, 12288, 15360, 18432, 21504, 294912, 297984, 301056, 304128, 307200, 310272, 313344, 316416, 589824, 592896, 595968, 599040, 602112, 605184, 608256, 611328, 884736, 887808, 890880, 893952, 897024, 900096, 903168, 906240, 1179648, 1182720, 1185792, 1188864, 1191936, 1195008, 1198080, 1201152, 1474560, 1477632, 1480704, 1483776, 1486848, 1489920, 1492992, 1496064, 1769472, 1772544, 1775616, 1778688, 1781760, 1784832, 1787904, 1790976, 2064384, 2067456, 2070528, 2073600, 2076672, 2079744, 2082816, 2085888};
    for (int j = (int)low * TNCC_COLUMNS(768); j < 768 && j < high * TNCC_COLUMNS(768); j += TNCC_COLUMNS(768)) {
        const int some = 768 - j < TNCC_COLUMNS(768) ? 768 - j : TNCC_COLUMNS(768);
        ptrdiff_t at[TNCC_COLUMNS(768)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 12] + ((j + lane) % 12) * 16;
        for (ptrdiff_t k0 = 0; k0 < 12; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 256 + k1 * 16 + k2) * TNCC_COLUMNS(768);
                tncc_turn(row, TNCC_COLUMNS(768), in1 + k0 * 24576 + k1 * 192 + k2, at, 0, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(768); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(768); ++lane)
                        row[i * TNCC_COLUMNS(768) + lane] = 0;
            }
        to += 3072 * TNCC_COLUMNS(768);
    }
}

TNCC_STEP void MPO_backward2_once4(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 12; ++k0)
                for (ptrdiff_t k3 = 0; k3 < 8; ++k3)
                    for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                        const real *from = in1 + k0 * 2048 + k1 * 16 + k2 * 24576 + k3 * 256;
                        real *row = to + (k0 * 1024 + k1 * 64 + k2 * 8 + k3) * TNCC_COLUMNS(16);
                        for (int lane = 0; lane < some; ++lane)
                            row[lane] = from[j + lane];
                        for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                            row[lane] = 0;
                    }
        to += 12288 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void MPO_backward2_once5(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k1 = 0; k1 < 12; ++k1) {
            const ptrdiff_t k0 = 0;
            real *row = to + (k0 * 12 + k1) * TNCC_COLUMNS(16);
            tncc_turn(row, 12 * TNCC_COLUMNS(16), in1 + k0 + k1 * 16 + j * 192, 0, 192, 16, some);
            for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(16); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[i * 12 * TNCC_COLUMNS(16) + lane] = 0;
        }
        to += 192 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void MPO_backward2_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 128 + k1 * 16 + k2) * TNCC_COLUMNS(16);
                tncc_turn(row, TNCC_COLUMNS(16), in1 + k0 * 16 + k1 * 256 + k2 + j * 2048, 0, 2048, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(16); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[i * TNCC_COLUMNS(16) + lane] = 0;
            }
        to += 2048 * TNCC_COLUMNS(16);
    }
}

/* x':1 */
TNCC_STEP void MPO_backward2_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = rows, .a1 = 3072, .b1 = 0, .c1 = 768, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 3, .ak1 = 1024, .bk1 = 1024 * TNCC_COLUMNS(768), .k0 = 1024, .ak0 = 1, .bk0 = TNCC_COLUMNS(768), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 768 / TNCC_COLUMNS(768); ++j)
        tncc_tiles(s, TNCC_COLUMNS(768), in1, in2 + j * 3072 * TNCC_COLUMNS(768), out + j * TNCC_COLUMNS(768), 0, (int)(j * TNCC_COLUMNS(768)));
    if (768 % TNCC_COLUMNS(768) && low <= 768 / TNCC_COLUMNS(768) && high > 768 / TNCC_COLUMNS(768))
        tncc_tiles(s, 768 % TNCC_COLUMNS(768), in1, in2 + 768 / TNCC_COLUMNS(768) * 3072 * TNCC_COLUMNS(768), out + 768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768), 0, (int)(768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768)));
}

TNCC_STEP void MPO_backward2_each2(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int begin[] = {0, 12, 24, 36, 48, 60, 72, 84, 96, 108, 120, 132, 144, 156, 168, 180, 192, 204, 216, 228, 240, 252, 264, 276, 288, 300, 312, 324, 336, 348, 360, 372, 384, 396, 408, 420, 432, 444, 456, 468, 480, 492, 504, 516, 528, 540, 552, 564, 576, 588, 600, 612, 624, 636, 648, 660, 672, 684, 696, 708, 720, 732, 744, 756};
    for (int j = 0; j < 768; j += TNCC_COLUMNS(768)) {
        const int some = 768 - j < TNCC_COLUMNS(768) ? 768 - j : TNCC_COLUMNS(768);
        ptrdiff_t at[TNCC_COLUMNS(768)];
        for (int lane = 0; lane < some; ++lane)
            at[lane] = begin[(j + lane) / 12] + (j + lane) % 12;
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
            const real *from = in1 + k0 * 768;
            real *row = to + k0 * TNCC_COLUMNS(768);
            for (int lane = 0; lane < some; lane += TNCC_TOGETHER(4))
                memcpy(row + lane, from + at[lane], TNCC_TOGETHER(4) * sizeof(real));
            for (int lane = some; lane < TNCC_COLUMNS(768); ++lane)
                row[lane] = 0;
        }
        to += rows * TNCC_COLUMNS(768);
    }
}

/* y:1:2':1 */
TNCC_STEP void MPO_backward2_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 3072, .a1 = 1, .b1 = 0, .c1 = 768, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 3072, .bk0 = TNCC_COLUMNS(768), .apart = 1};
    for (ptrdiff_t j = low; j < high && j < 768 / TNCC_COLUMNS(768); ++j)
        tncc_tiles(s, TNCC_COLUMNS(768), in1, in2 + j * rows * TNCC_COLUMNS(768), out + j * TNCC_COLUMNS(768), more, (int)(j * TNCC_COLUMNS(768)));
    if (768 % TNCC_COLUMNS(768) && low <= 768 / TNCC_COLUMNS(768) && high > 768 / TNCC_COLUMNS(768))
        tncc_tiles(s, 768 % TNCC_COLUMNS(768), in1, in2 + 768 / TNCC_COLUMNS(768) * rows * TNCC_COLUMNS(768), out + 768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768), more, (int)(768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768)));
}

/* A[2]':1 */
TNCC_STEP void MPO_backward2_last0(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 64, .ak1 = 12288, .bk1 = 64 * TNCC_COLUMNS(16), .k0 = 64, .ak0 = 12, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t k0 = 0; k0 < 3; ++k0)
            for (ptrdiff_t i0 = low; i0 < high; ++i0)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 768 + k0 * 786432, in2 + k0 * 4096 * TNCC_COLUMNS(16) + j * 12288 * TNCC_COLUMNS(16), out + i0 * 192 + j * TNCC_COLUMNS(16), k0 > 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t k0 = 0; k0 < 3; ++k0)
            for (ptrdiff_t i0 = low; i0 < high; ++i0)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 768 + k0 * 786432, in2 + k0 * 4096 * TNCC_COLUMNS(16) + 16 / TNCC_COLUMNS(16) * 12288 * TNCC_COLUMNS(16), out + i0 * 192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), k0 > 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* y:1:1':1 */
TNCC_STEP void MPO_backward2_last1(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 192, .a1 = 12288, .b1 = 0, .c1 = 1024, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 12, .b0 = 0, .c0 = 128, .k1 = 16, .ak1 = 768, .bk1 = 12 * TNCC_COLUMNS(16), .k0 = 12, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 96, in2 + j * 192 * TNCC_COLUMNS(16), out + i0 * 16 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 96, in2 + 16 / TNCC_COLUMNS(16) * 192 * TNCC_COLUMNS(16), out + i0 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* A[0]':1 */
TNCC_STEP void MPO_backward2_last2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 12, .a1 = 16384, .b1 = 0, .c1 = 16, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 16, .b0 = 0, .c0 = 192, .k1 = 128, .ak1 = 128, .bk1 = 16 * TNCC_COLUMNS(16), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 2048 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 2048 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

#endif

#if TNCC_PARTS & 8

/* A[1]':1 */
TNCC_STEP void MPO_backward2_last3(real *out, const real *in1, const real *in2, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 1, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 16384, .bk1 = 16, .k0 = 8, .ak0 = 16, .bk0 = 192, .apart = 2048};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 1024 + i1 * 128, in2 + j * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 256 + j * TNCC_COLUMNS(16) * 2048, 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = low; i0 < high; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 1024 + i1 * 128, in2 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16) * 2048, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

TNCC_STEP void MPO_backward2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 2588944 + 2362384;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 2588944;
    real *const total0 = total + 0;
    real *const total1 = me || !out[4] ? total + 2359296 : out[4];
    if (low == high) memset(total0, 0, (size_t)(2359296) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 3072;
        const real *in1 = in[1] + first * 768;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_each2(total1, in0, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward2_each1(out0, in0, shared, count, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, parts), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, parts));
        MPO_backward2_each2(scratch, in1, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward2_each3(total0, in0, scratch, count, tile > low, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, parts), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, parts));
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2588944 + 2362384;
    {
        real *scratch = space, *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_once2(scratch + 229632, scratch + 33024, weights->A_2, tncc_part(12288, 48, part, threads), tncc_part(12288, 48, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_once3(shared, scratch + 229632, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, threads), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, threads));
        MPO_backward2_once4(shared + 2359296, scratch + 33024);
        MPO_backward2_once5(shared + 2580480, weights->A_2);
        MPO_backward2_once6(shared + 2583936, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(2359296, 16, part, threads), tncc_part(2359296, 16, part + 1, threads));
                tncc_add(total1, more + 2359296, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_last0(scratch, total0, shared + 2359296, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_last1(scratch + 3072, total0, shared + 2580480, tncc_part(8, 1, part, threads), tncc_part(8, 1, part + 1, threads));
        if (out1) MPO_backward2_last2(out1, scratch + 3072, shared + 2583936);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) if (out2) MPO_backward2_last3(out2, scratch + 3072, weights->A_0, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        if (out3) MPO_backward1_last3(out3, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

/* y:1:1 */
TNCC_STEP void MPO_forward_saving0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 64, .a1 = 12, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 12, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i1 * 768, in2 + i0 * 192 + j * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 16384 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i1 * 768, in2 + i0 * 192 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 16384 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* y:1:2 */
TNCC_STEP void MPO_forward_saving0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const ptrdiff_t low, const ptrdiff_t high)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 256, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = low; i1 < high; ++i1) {
            for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 16384 + i1 * 2048 + j * TNCC_COLUMNS(16), out + i0 * 32768 + i1 * 4096 + i2 * 256 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
            if (16 % TNCC_COLUMNS(16))
                for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i2 * 2048, in2 + i0 * 16384 + i1 * 2048 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 32768 + i1 * 4096 + i2 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
        }
}

/* y:1, result 0 */
struct MPO_forward_saving0_each2_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void MPO_forward_saving0_each2_finish(const void *of, const real *restrict sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward_saving0_each2_at *at = of;
    real *restrict out = at->out;
    const real *restrict in1 = at->in1;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(out + at->i0 * 3072 + (row + i / base) * 256 + (column + j)) = (sum + *(in1 + (row + i / base) * 256 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_forward_saving0_each2(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct MPO_forward_saving0_each2_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 12, .a1 = 16, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 192, .bk1 = 4096, .k0 = 16, .ak0 = 1, .bk0 = 256, .apart = 1, .finish = MPO_forward_saving0_each2_finish, .at = &at};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(256), in2, in3 + i0 * 32768 + j * TNCC_COLUMNS(256), out, 0, (int)(j * TNCC_COLUMNS(256))); }
        if (256 % TNCC_COLUMNS(256))
            { at.i0 = i0; tncc_tiles(s, 256 % TNCC_COLUMNS(256), in2, in3 + i0 * 32768 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out, 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256))); }
    }
}

TNCC_STEP void MPO_forward_saving0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 16 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 16;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        real *out1 = out[1] + first * 16384;
        real *out2 = out[2] + first * 32768;
        (void)in0, (void)out0, (void)out1, (void)out2;
        MPO_forward_saving0_each0(out1, in0, weights->A_2, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_forward_saving0_each1(out2, weights->A_1, out1, count, tncc_part(8, 1, part, parts), tncc_part(8, 1, part + 1, parts));
        MPO_forward_saving0_each2(out0, weights->bias, weights->A_0, out2, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? (share > 1 ? share : 1) : 3;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_forward_saving0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_forward_saving0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_forward_saving1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 229648 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 229648;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_apply1_each0(scratch, in0, shared, count, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, parts), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, parts));
        MPO_apply1_each1(out0, weights->bias, scratch, weights->A_2, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 229648 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply1_once2(shared, scratch + 33024, tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part, threads), tncc_part(TNCC_CEIL(3072, TNCC_COLUMNS(3072)), 1, part + 1, threads));
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? (share > 1 ? share : 1) : 3;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_forward_saving1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_forward_saving1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_forward_saving2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 198160 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 198160;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        real *out0 = out[0] + first * 3072;
        (void)in0, (void)out0;
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_apply2_each0(scratch, in0, shared, count, tncc_part(12, 1, part, parts), tncc_part(12, 1, part + 1, parts));
        MPO_apply2_each1(out0, scratch, weights->bias, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward1_pack1(scratch, weights->A_0);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch, tncc_part(2048, 48, part, threads), tncc_part(2048, 48, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_apply2_once2(shared, scratch + 1536, weights->A_2, tncc_part(128, 1, part, threads), tncc_part(128, 1, part + 1, threads));
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? (share > 1 ? share : 1) : 32;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_forward_saving2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_forward_saving2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_backward_saved0_each1(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
            const ptrdiff_t k1 = 0;
            real *row = to + (k0 * 256 + k1) * TNCC_COLUMNS(12);
            tncc_turn(row, TNCC_COLUMNS(12), in1 + k0 * 3072 + k1 + j * 256, 0, 256, 256, some);
            for (ptrdiff_t i = 0; i < 256 && some < TNCC_COLUMNS(12); ++i)
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[i * TNCC_COLUMNS(12) + lane] = 0;
        }
        to += 256 * rows * TNCC_COLUMNS(12);
    }
}

/* A[0]':1 */
TNCC_STEP void MPO_backward_saved0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 128, .a1 = 256, .b1 = 0, .c1 = 12, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 32768, .bk1 = 256 * TNCC_COLUMNS(12), .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        tncc_tiles(s, TNCC_COLUMNS(12), in1, in2 + j * 256 * rows * TNCC_COLUMNS(12), out + j * TNCC_COLUMNS(12), more, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1, in2 + 12 / TNCC_COLUMNS(12) * 256 * rows * TNCC_COLUMNS(12), out + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), more, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
}

TNCC_STEP void MPO_backward_saved0_each4(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 128; j += TNCC_COLUMNS(128)) {
        const int some = 128 - j < TNCC_COLUMNS(128) ? 128 - j : TNCC_COLUMNS(128);
        for (ptrdiff_t k1 = 0; k1 < rows; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                const ptrdiff_t k2 = 0;
                real *row = to + (k0 * 16 * rows + k1 * 16 + k2) * TNCC_COLUMNS(128);
                tncc_turn(row, TNCC_COLUMNS(128), in1 + k0 * 2048 + k1 * 16384 + k2 + j * 16, 0, 16, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(128); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(128); ++lane)
                        row[i * TNCC_COLUMNS(128) + lane] = 0;
            }
        to += 128 * rows * TNCC_COLUMNS(128);
    }
}

TNCC_STEP void MPO_backward_saved0_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 102416 + 40464;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 102416;
    real *const total0 = total + 0;
    real *const total1 = total + 1536;
    real *const total2 = me || !out[3] ? total + 34304 : out[3];
    real *const total3 = me || !out[4] ? total + 37376 : out[4];
    if (low == high) memset(total0, 0, (size_t)(1536) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(32768) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(3072) * sizeof(real));
    if (low == high) memset(total3, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 16384;
        const real *in1 = in[1] + first * 32768;
        const real *in2 = in[2] + first * 768;
        const real *in3 = in[3] + first * 3072;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_each2(total3, in3, count, tile > low);
        MPO_backward_saved0_each1(scratch, in3, count);
        MPO_backward_saved0_each2(total0, in1, scratch, count, tile > low);
        MPO_backward0_each5(scratch, weights->A_0, in3, count);
        MPO_backward_saved0_each4(scratch + 65536, in0, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward0_each7(total1, scratch, scratch + 65536, count, tile > low, tncc_part(TNCC_CEIL(128, TNCC_COLUMNS(128)), 1, part, parts), tncc_part(TNCC_CEIL(128, TNCC_COLUMNS(128)), 1, part + 1, parts));
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward0_each8(scratch + 65536, weights->A_1, scratch, count, tncc_part(8, 1, part, parts), tncc_part(8, 1, part + 1, parts));
        MPO_backward0_each9(out0, scratch + 65536, shared, count);
        MPO_backward0_each10(total2, in2, scratch + 65536, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward_saved0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 102416 + 40464;
    {
        real *scratch = space, *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_once0(shared, weights->A_2);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 2 ? (share > 1 ? share : 1) : 2;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward_saved0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward_saved0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(1536, 16, part, threads), tncc_part(1536, 16, part + 1, threads));
                tncc_add(total1, more + 1536, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
                tncc_add(total2, more + 34304, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
                tncc_add(total3, more + 37376, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *in0 = in[0];
        const real *in1 = in[1];
        const real *in2 = in[2];
        const real *in3 = in[3];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)in2, (void)in3, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        if (out1) MPO_backward0_last0(out1, total0);
        if (out2) MPO_backward0_last1(out2, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_backward_saved1_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 229648 + 202768;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 229648;
    real *const total0 = total + 0;
    real *const total1 = total + 196608;
    real *const total2 = me || !out[4] ? total + 199680 : out[4];
    if (low == high) memset(total0, 0, (size_t)(196608) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(3072) * sizeof(real));
    if (low == high) memset(total2, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 768;
        const real *in1 = in[1] + first * 3072;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward1_each0(scratch, in0, count);
        MPO_backward1_each1(scratch + 5184, weights->A_2, scratch, count);
        MPO_backward0_each2(total2, in1, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward1_each3(scratch + 103488, in1, shared, count, tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part, parts), tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part + 1, parts));
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward1_each4(total0, in1, scratch + 5184, count, tile > low, tncc_part(16, 1, part, parts), tncc_part(16, 1, part + 1, parts));
        MPO_backward1_each5(out0, scratch + 103488, shared + 202752, count);
        MPO_backward1_each6(total1, in0, scratch + 103488, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward_saved1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 229648 + 202768;
    {
        real *scratch = space, *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once2(shared, scratch + 33024, tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part, threads), tncc_part(TNCC_CEIL(1024, TNCC_COLUMNS(1024)), 1, part + 1, threads));
        MPO_backward1_once3(shared + 202752, weights->A_2);
        MPO_backward1_once4(shared + 206848, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 6 ? (share > 1 ? share : 1) : 6;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward_saved1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward_saved1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(196608, 16, part, threads), tncc_part(196608, 16, part + 1, threads));
                tncc_add(total1, more + 196608, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
                tncc_add(total2, more + 199680, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        if (out1) MPO_backward1_last0(out1, total0, shared + 206848);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_last1(scratch, total0, weights->A_0, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        if (out2) MPO_backward1_last2(out2, scratch);
        if (out3) MPO_backward1_last3(out3, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void MPO_backward_saved2_tiles(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 2588944 + 2362384;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 2588944;
    real *const total0 = total + 0;
    real *const total1 = me || !out[4] ? total + 2359296 : out[4];
    if (low == high) memset(total0, 0, (size_t)(2359296) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(3072) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 3072;
        const real *in1 = in[1] + first * 768;
        real *out0 = out[0] + first * 768;
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_backward0_each2(total1, in0, count, tile > low);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward2_each1(out0, in0, shared, count, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, parts), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, parts));
        MPO_backward2_each2(scratch, in1, count);
        TNCC_SHARED(parts) for (int part = 0; part < parts; ++part) MPO_backward2_each3(total0, in0, scratch, count, tile > low, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, parts), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, parts));
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void MPO_backward_saved2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2588944 + 2362384;
    {
        real *scratch = space, *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        MPO_apply1_once0(scratch, weights->A_1);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward1_once1(scratch + 33024, weights->A_0, scratch, tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part, threads), tncc_part(TNCC_CEIL(2048, TNCC_COLUMNS(2048)), 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_once2(scratch + 229632, scratch + 33024, weights->A_2, tncc_part(12288, 48, part, threads), tncc_part(12288, 48, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_once3(shared, scratch + 229632, tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part, threads), tncc_part(TNCC_CEIL(768, TNCC_COLUMNS(768)), 1, part + 1, threads));
        MPO_backward2_once4(shared + 2359296, scratch + 33024);
        MPO_backward2_once5(shared + 2580480, weights->A_2);
        MPO_backward2_once6(shared + 2583936, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? (share > 1 ? share : 1) : 256;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) MPO_backward_saved2_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        MPO_backward_saved2_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(2359296, 16, part, threads), tncc_part(2359296, 16, part + 1, threads));
                tncc_add(total1, more + 2359296, tncc_part(3072, 16, part, threads), tncc_part(3072, 16, part + 1, threads));
            }
    }
    {
        real *scratch = space, *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        real *out3 = out[3];
        real *out4 = out[4];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2, (void)out3, (void)out4;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_last0(scratch, total0, shared + 2359296, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) MPO_backward2_last1(scratch + 3072, total0, shared + 2580480, tncc_part(8, 1, part, threads), tncc_part(8, 1, part + 1, threads));
        if (out1) MPO_backward2_last2(out1, scratch + 3072, shared + 2583936);
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part) if (out2) MPO_backward2_last3(out2, scratch + 3072, weights->A_0, tncc_part(16, 1, part, threads), tncc_part(16, 1, part + 1, threads));
        if (out3) MPO_backward1_last3(out3, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

void MPO_forward(const int64_t rows, const MPO_real *x, const MPO_real *packed, MPO_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 2) {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_forward0(rows, in, 0, (real *)packed + 0, out, space, space + 16, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_forward1(rows, in, 0, (real *)packed + 0 + 202768, out, space, space + 16, threads);
    }
}

void MPO_apply(const int64_t rows, const MPO_real *x, const MPO_weights *weights, MPO_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 3) {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_apply0(rows, in, weights, 0, out, space, space + 3472, threads);
        return;
    }
    if (rows < 154) {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_apply1(rows, in, weights, 0, out, space, space + 196624, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_apply2(rows, in, weights, 0, out, space, space + 2359312, threads);
    }
}

void MPO_backward(const int64_t rows, const MPO_real *x, const MPO_weights *weights, const MPO_real *d_y, MPO_real *d_x, const MPO_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 2) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward0(rows, in, weights, 0, out, space, space + 4112, threads);
        return;
    }
    if (rows < 148) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward1(rows, in, weights, 0, out, space, space + 243728, threads);
        return;
    }
    {
        const real *const in[] = {d_y, x};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward2(rows, in, weights, 0, out, space, space + 2620816, threads);
    }
}

void MPO_forward_saving(const int64_t rows, const MPO_real *x, const MPO_weights *weights, MPO_real *y, MPO_real *saved, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 3) {
        const real *const in[] = {x};
        real *const out[] = {y, saved + 0, saved + 16384 * rows};
        MPO_forward_saving0(rows, in, weights, 0, out, space, space + 16, threads);
        return;
    }
    if (rows < 148) {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_forward_saving1(rows, in, weights, 0, out, space, space + 196624, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        MPO_forward_saving2(rows, in, weights, 0, out, space, space + 2359312, threads);
    }
}

void MPO_backward_saved(const int64_t rows, const MPO_real *x, const MPO_weights *weights, const MPO_real *saved, const MPO_real *d_y, MPO_real *d_x, const MPO_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 3) {
        const real *const in[] = {saved + 0, saved + 16384 * rows, x, d_y};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward_saved0(rows, in, weights, 0, out, space, space + 4112, threads);
        return;
    }
    if (rows < 148) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward_saved1(rows, in, weights, 0, out, space, space + 243728, threads);
        return;
    }
    {
        const real *const in[] = {d_y, x};
        real *const out[] = {d_x, gradients->A_0, gradients->A_1, gradients->A_2, gradients->bias};
        MPO_backward_saved2(rows, in, weights, 0, out, space, space + 2620816, threads);
    }
}

size_t MPO_packed_bytes(void)
{
    return sizeof(real) * ((size_t)202768 + 2362384);
}

void MPO_pack(const MPO_weights *weights, real *packed, void *workspace)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    MPO_forward0_pack(weights, packed + 0, space);
    MPO_forward1_pack(weights, packed + 0 + 202768, space);
}

size_t MPO_workspace_bytes(const int64_t rows, const int threads)
{
    size_t most = 0;
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(198160 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(2557456 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(3472) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(196624) + (size_t)threads * (size_t)(229648 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2359312) + (size_t)threads * (size_t)(198160 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(4112) + (size_t)threads * (size_t)(135184 + 40464);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(243728) + (size_t)threads * (size_t)(229648 + 202768);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2620816) + (size_t)threads * (size_t)(2588944 + 2362384);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(16 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(196624) + (size_t)threads * (size_t)(229648 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2359312) + (size_t)threads * (size_t)(198160 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(4112) + (size_t)threads * (size_t)(102416 + 40464);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(243728) + (size_t)threads * (size_t)(229648 + 202768);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2620816) + (size_t)threads * (size_t)(2588944 + 2362384);
        most = size > most ? size : most;
    }
    (void)rows;
    return most * sizeof(real) + 64;
}

size_t MPO_saved_bytes(const int64_t rows)
{
    (void)rows;
    if (rows < 3) return sizeof(real) * (size_t)(16384 * rows + 32768 * rows);
    if (rows < 148) return sizeof(real) * (size_t)(0);
    return sizeof(real) * (size_t)(0);
}

#endif
