"""The C text that all kernels share: vectors at the width of the target, register tiles, panels and sums."""

from tncc.backends.c.once import DECLARATIONS, DEFINITIONS, ONCE

WIDTHS = (1, 2, 4, 8, 16)
"""The numbers of elements that a vector can have."""

PANEL = 3
"""The most vectors in a panel; `TNCC_PANEL` in the text."""


def padded(columns: int) -> int:
    """The columns of panels, padded to whole vectors, at whichever width needs most."""
    found = 0
    for width in WIDTHS:
        vectors = -(-columns // width)
        panels = -(-vectors // PANEL)
        each = -(-vectors // panels)
        found = max(found, -(-vectors // each) * each * width)
    return found


VECTORS = r"""
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
"""

TILES = r"""
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
"""

SUMS = """
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
"""

PRELUDE = "\n".join([VECTORS, DECLARATIONS, DEFINITIONS, TILES, SUMS])
"""The C text that all kernels share: vectors at the width of the target, register tiles, panels and sums."""


def prelude_lines(stem: str) -> list[str]:
    """The shared text for a file of a stem."""
    names = [f"#define {name} {stem}_{name.removeprefix('tncc_')}" for name in ONCE]
    return [*names, *PRELUDE.splitlines()]
