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

#include <math.h>
#include <string.h>
typedef BTT_real real;
typedef BTT_stored tncc_stored;
#define SIN sinf
#define COS cosf
#define SQRT sqrtf
#define FABS fabsf
#define tncc_turn BTT_turn
#define tncc_turn_few BTT_turn_few
#define tncc_scatter BTT_scatter
#define tncc_add BTT_add

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
TNCC_STEP void BTT_forward0_pack0(real *restrict out, const tncc_stored *restrict in1);
TNCC_STEP void BTT_forward0_pack1(real *out, const real *in1);
TNCC_STEP void BTT_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void BTT_forward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_INNER void BTT_forward0_pack(const BTT_weights *weights, real *constant, real *scratch);
TNCC_STEP void BTT_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void BTT_forward0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void BTT_apply0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void BTT_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void BTT_apply0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void BTT_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void BTT_apply1(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void BTT_backward0_once0(real *out, const real *in1);
TNCC_STEP void BTT_backward0_once1(real *out, const real *in1);
TNCC_STEP void BTT_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void BTT_backward0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void BTT_backward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows);
TNCC_STEP void BTT_backward0_each4(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void BTT_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void BTT_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void BTT_backward0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);
TNCC_STEP void BTT_backward1_once0(real *out, const real *in1);
TNCC_STEP void BTT_backward1_each1(real *out, const real *in1, const ptrdiff_t rows);
TNCC_STEP void BTT_backward1_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more);
TNCC_STEP void BTT_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts);
TNCC_INNER void BTT_backward1(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads);

#if TNCC_PARTS & 1

/* R */
TNCC_STEP void BTT_forward0_pack0(real *restrict out, const tncc_stored *restrict in1)
{
    for (ptrdiff_t i0 = 0; i0 < 32768; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

TNCC_STEP void BTT_forward0_pack1(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24, 26, 28, 30, 32, 34, 36, 38, 40, 42, 44, 46, 48, 50, 52, 54, 56, 58, 60, 62};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
            const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
            ptrdiff_t at[TNCC_COLUMNS(64)];
            for (int lane = 0; lane < some; ++lane)
                at[lane] = begin[(j + lane) / 2] + (j + lane) % 2;
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
                const real *from = in1 + i0 * 1024 + k0 * 64;
                real *row = to + k0 * TNCC_COLUMNS(64);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[lane]];
                for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                    row[lane] = 0;
            }
            to += 16 * TNCC_COLUMNS(64);
        }
}

/* y:1 */
TNCC_STEP void BTT_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 32, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0, in2 + i0 * 16 * TNCC_PADDED(64) + j * 16 * TNCC_COLUMNS(64), out + i0 * 3072 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0, in2 + i0 * 16 * TNCC_PADDED(64) + 64 / TNCC_COLUMNS(64) * 16 * TNCC_COLUMNS(64), out + i0 * 3072 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* y */
TNCC_STEP void BTT_forward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 512, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 32, .ak1 = 3072, .bk1 = 32, .k0 = 2, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 1024 + j * TNCC_COLUMNS(16), out + i0 * 16 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_INNER void BTT_forward0_pack(const BTT_weights *weights, real *constant, real *scratch)
{
    BTT_forward0_pack0(constant + 36864, weights->R);
    BTT_forward0_pack1(constant, weights->L);
    (void)weights, (void)constant, (void)scratch;
}

TNCC_STEP void BTT_forward0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 512;
        real *out0 = out[0] + first * 512;
        (void)in0, (void)out0;
        BTT_forward0_each0(scratch, in0, constant, count);
        BTT_forward0_each1(out0, scratch, constant + 36864, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void BTT_forward0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 48 ? (share > 1 ? share : 1) : 48;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) BTT_forward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        BTT_forward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

#endif

#if TNCC_PARTS & 2

/* y:1 */
TNCC_STEP void BTT_apply0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 32, .bk0 = 64, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0, in2 + i0 * 1024 + j * TNCC_COLUMNS(64), out + i0 * 3072 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0, in2 + i0 * 1024 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 3072 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

TNCC_STEP void BTT_apply0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 512;
        real *out0 = out[0] + first * 512;
        (void)in0, (void)out0;
        BTT_apply0_each0(scratch, in0, weights->L, count);
        BTT_forward0_each1(out0, scratch, weights->R, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void BTT_apply0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 48 ? (share > 1 ? share : 1) : 48;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) BTT_apply0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        BTT_apply0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void BTT_apply1_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 98320 + 16;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 98320;
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 512;
        real *out0 = out[0] + first * 512;
        (void)in0, (void)out0;
        BTT_forward0_each0(scratch, in0, shared, count);
        BTT_forward0_each1(out0, scratch, weights->R, count);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void BTT_apply1(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 98320 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        BTT_forward0_pack1(shared, weights->L);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 48 ? (share > 1 ? share : 1) : 48;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) BTT_apply1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        BTT_apply1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void BTT_backward0_once0(real *out, const real *in1)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
            const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
            {
                const ptrdiff_t k0 = 0;
                real *row = to + k0 * TNCC_COLUMNS(64);
                tncc_turn(row, TNCC_COLUMNS(64), in1 + i0 * 1024 + k0 + j * 16, 0, 16, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * TNCC_COLUMNS(64) + lane] = 0;
            }
            to += 16 * TNCC_COLUMNS(64);
        }
}

TNCC_STEP void BTT_backward0_once1(real *out, const real *in1)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
            const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
            for (ptrdiff_t k0 = 0; k0 < 32; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 2; ++k1) {
                    const real *from = in1 + i0 * 1024 + k0 * 2 + k1;
                    real *row = to + (k0 * 2 + k1) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 64];
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[lane] = 0;
                }
            to += 64 * TNCC_COLUMNS(16);
        }
}

/* R':1 */
TNCC_STEP void BTT_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 3072, .b1 = 0, .c1 = 32, .base = 2, .known = 1, .paired = 0, .whole = 0, .a0 = 1, .b0 = 0, .c0 = 16, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 512, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 16 + j * TNCC_COLUMNS(16), out + i0 * 1024 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 16 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

#endif

#if TNCC_PARTS & 4

/* y:1':1 */
TNCC_STEP void BTT_backward0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0 * 16, in2 + i0 * 16 * TNCC_PADDED(64) + j * 16 * TNCC_COLUMNS(64), out + i0 * 3072 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0 * 16, in2 + i0 * 16 * TNCC_PADDED(64) + 64 / TNCC_COLUMNS(64) * 16 * TNCC_COLUMNS(64), out + i0 * 3072 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* x':1 */
TNCC_STEP void BTT_backward0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 512, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 32, .ak1 = 3072, .bk1 = 2 * TNCC_COLUMNS(16), .k0 = 2, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 32};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 64 * TNCC_PADDED(16) + j * 64 * TNCC_COLUMNS(16), out + i0 + j * TNCC_COLUMNS(16) * 32, 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * 64 * TNCC_PADDED(16) + 16 / TNCC_COLUMNS(16) * 64 * TNCC_COLUMNS(16), out + i0 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16) * 32, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_STEP void BTT_backward0_each4(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
            const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
                const real *from = in1 + i0 + k0 * 512;
                real *row = to + k0 * TNCC_COLUMNS(16);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[lane] = 0;
            }
            to += rows * TNCC_COLUMNS(16);
        }
}

/* L':1 */
TNCC_STEP void BTT_backward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 3072, .b1 = 0, .c1 = 2, .base = 2, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 1, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = TNCC_COLUMNS(16), .apart = 64};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * rows * TNCC_PADDED(16) + j * rows * TNCC_COLUMNS(16), out + i0 * 1024 + j * TNCC_COLUMNS(16) * 64, more, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * rows * TNCC_PADDED(16) + 16 / TNCC_COLUMNS(16) * rows * TNCC_COLUMNS(16), out + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16) * 64, more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_STEP void BTT_backward0_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 125968 + 65552;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 125968;
    real *const total0 = me || !out[1] ? total + 0 : out[1];
    real *const total1 = me || !out[2] ? total + 32768 : out[2];
    if (low == high) memset(total0, 0, (size_t)(32768) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(32768) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 512;
        const real *in1 = in[1] + first * 512;
        real *out0 = out[0] + first * 512;
        real *out1 = out[1];
        real *out2 = out[2];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2;
        BTT_apply0_each0(scratch, in0, weights->L, count);
        BTT_backward0_each1(total1, scratch, in1, count, tile > low);
        BTT_backward0_each2(scratch, in1, shared, count);
        BTT_backward0_each3(out0, scratch, shared + 36864, count);
        BTT_backward0_each4(scratch + 98304, in0, count);
        BTT_backward0_each5(total0, scratch, scratch + 98304, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

#endif

#if TNCC_PARTS & 8

TNCC_INNER void BTT_backward0(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 125968 + 65552;
    {
        real *scratch = space, *total = space + own - (65552);
        real *const total0 = out[1] ? out[1] : total + 0;
        real *const total1 = out[2] ? out[2] : total + 32768;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2;
        BTT_backward0_once0(shared, weights->R);
        BTT_backward0_once1(shared + 36864, weights->L);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 48 ? (share > 1 ? share : 1) : 48;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) BTT_backward0_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        BTT_backward0_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (65552);
        real *const total0 = out[1] ? out[1] : total + 0;
        real *const total1 = out[2] ? out[2] : total + 32768;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
                tncc_add(total1, more + 32768, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
            }
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

TNCC_STEP void BTT_backward1_once0(real *out, const real *in1)
{
    real *to = out;
    static const int begin[] = {0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448, 480, 512, 544, 576, 608, 640, 672, 704, 736, 768, 800, 832, 864, 896, 928, 960, 992};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
            const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
            ptrdiff_t at[TNCC_COLUMNS(64)];
            for (int lane = 0; lane < some; ++lane)
                at[lane] = begin[(j + lane) / 2] + ((j + lane) % 2) * 16;
            {
                const ptrdiff_t k0 = 0;
                real *row = to + k0 * TNCC_COLUMNS(64);
                tncc_turn(row, TNCC_COLUMNS(64), in1 + i0 * 1024 + k0, at, 0, 16, some);
                for (ptrdiff_t i = 0; i < 16 && some < TNCC_COLUMNS(64); ++i)
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[i * TNCC_COLUMNS(64) + lane] = 0;
            }
            to += 16 * TNCC_COLUMNS(64);
        }
}

TNCC_STEP void BTT_backward1_each1(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0)
        for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
            const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
                const real *from = in1 + i0 * 16 + k0 * 512;
                real *row = to + k0 * TNCC_COLUMNS(16);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[j + lane];
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[lane] = 0;
            }
            to += rows * TNCC_COLUMNS(16);
        }
}

/* R':1 */
TNCC_STEP void BTT_backward1_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 3072, .b1 = 0, .c1 = 32, .base = 2, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 16, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 32; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * rows * TNCC_PADDED(16) + j * rows * TNCC_COLUMNS(16), out + i0 * 1024 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 2, in2 + i0 * rows * TNCC_PADDED(16) + 16 / TNCC_COLUMNS(16) * rows * TNCC_COLUMNS(16), out + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_STEP void BTT_backward1_tiles(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const ptrdiff_t most, const int me, const int crew, const int parts)
{
    const ptrdiff_t own = 125968 + 65552;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const ptrdiff_t low = tiles * me / crew, high = tiles * (me + 1) / crew;
    real *scratch = space + me * own, *total = scratch + 125968;
    real *const total0 = me || !out[1] ? total + 0 : out[1];
    real *const total1 = me || !out[2] ? total + 32768 : out[2];
    if (low == high) memset(total0, 0, (size_t)(32768) * sizeof(real));
    if (low == high) memset(total1, 0, (size_t)(32768) * sizeof(real));
    for (ptrdiff_t tile = low; tile < high; ++tile) {
        const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
        const real *in0 = in[0] + first * 512;
        const real *in1 = in[1] + first * 512;
        real *out0 = out[0] + first * 512;
        real *out1 = out[1];
        real *out2 = out[2];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2;
        BTT_apply0_each0(scratch, in0, weights->L, count);
        BTT_backward1_each1(scratch + 98304, in1, count);
        BTT_backward1_each2(total1, scratch, scratch + 98304, count, tile > low);
        BTT_backward0_each2(scratch, in1, shared, count);
        BTT_backward0_each3(out0, scratch, shared + 36864, count);
        BTT_backward0_each4(scratch + 98304, in0, count);
        BTT_backward0_each5(total0, scratch, scratch + 98304, count, tile > low);
        (void)count;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)scratch, (void)total, (void)parts, (void)rows;
}

TNCC_INNER void BTT_backward1(const ptrdiff_t rows, const real *const *in,
    const BTT_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 125968 + 65552;
    {
        real *scratch = space, *total = space + own - (65552);
        real *const total0 = out[1] ? out[1] : total + 0;
        real *const total1 = out[2] ? out[2] : total + 32768;
        const real *in0 = in[0];
        const real *in1 = in[1];
        real *out0 = out[0];
        real *out1 = out[1];
        real *out2 = out[2];
        (void)in0, (void)in1, (void)out0, (void)out1, (void)out2;
        BTT_backward1_once0(shared, weights->R);
        BTT_backward0_once1(shared + 36864, weights->L);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 48 ? (share > 1 ? share : 1) : 48;
    const ptrdiff_t tiles = (rows + most - 1) / most;
    const int crew = tiles < threads ? (tiles > 1 ? (int)tiles : 1) : threads;
    if (crew > 1) {
        TNCC_SHARED(crew) for (int me = 0; me < crew; ++me) BTT_backward1_tiles(rows, in, weights, constant, out, shared, space, most, me, crew, 1);
    } else
        BTT_backward1_tiles(rows, in, weights, constant, out, shared, space, most, 0, 1, threads);
    if (crew > 1) {
        real *total = space + own - (65552);
        real *const total0 = out[1] ? out[1] : total + 0;
        real *const total1 = out[2] ? out[2] : total + 32768;
        TNCC_SHARED(threads) for (int part = 0; part < threads; ++part)
            for (int other = 1; other < crew; ++other) {
                const real *more = total + other * own;
                tncc_add(total0, more + 0, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
                tncc_add(total1, more + 32768, tncc_part(32768, 16, part, threads), tncc_part(32768, 16, part + 1, threads));
            }
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)own, (void)threads, (void)rows;
}

void BTT_forward(const int64_t rows, const BTT_real *x, const BTT_real *packed, BTT_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        BTT_forward0(rows, in, 0, (real *)packed + 0, out, space, space + 16, threads);
    }
}

void BTT_apply(const int64_t rows, const BTT_real *x, const BTT_weights *weights, BTT_real *y, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 17) {
        const real *const in[] = {x};
        real *const out[] = {y};
        BTT_apply0(rows, in, weights, 0, out, space, space + 16, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        BTT_apply1(rows, in, weights, 0, out, space, space + 36880, threads);
    }
}

void BTT_backward(const int64_t rows, const BTT_real *x, const BTT_weights *weights, const BTT_real *d_y, BTT_real *d_x, const BTT_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 17) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->L, gradients->R};
        BTT_backward0(rows, in, weights, 0, out, space, space + 73744, threads);
        return;
    }
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->L, gradients->R};
        BTT_backward1(rows, in, weights, 0, out, space, space + 73744, threads);
    }
}

size_t BTT_packed_bytes(void)
{
    return sizeof(real) * ((size_t)69648);
}

void BTT_pack(const BTT_weights *weights, real *packed, void *workspace)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    BTT_forward0_pack(weights, packed + 0, space);
}

size_t BTT_workspace_bytes(const int64_t rows, const int threads)
{
    size_t most = 0;
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(36880) + (size_t)threads * (size_t)(98320 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(73744) + (size_t)threads * (size_t)(125968 + 65552);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(73744) + (size_t)threads * (size_t)(125968 + 65552);
        most = size > most ? size : most;
    }
    (void)rows;
    return most * sizeof(real) + 64;
}

#endif
