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
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fopenmp -c FILE.c (OpenMP or not).
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

/* Packs the weights for FeedForward_forward, into memory of FeedForward_packed_bytes() bytes. */
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
#define EXP expf
#define LOG logf
#define SIN sinf
#define COS cosf
#define TANH tanhf
#define ERF erff
#define SQRT sqrtf
#define FABS fabsf

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
/* A step's function, which is compiled once however many steps it does: none runs so shortly that a call matters. */
#if defined(__GNUC__)
#define TNCC_STEP static __attribute__((noinline))
#else
#define TNCC_STEP static
#endif
#if defined(__clang__)
#define TNCC_UNROLL _Pragma("unroll")
#elif defined(__GNUC__)
#define TNCC_UNROLL _Pragma("GCC unroll 16")
#else
#define TNCC_UNROLL
#endif

/* Columns are cut into panels of at most three vectors, as even as can be; see the tiles below. */
#define TNCC_PANEL 3
#define TNCC_CEIL(n, by) (((n) + (by) - 1) / (by))
#define TNCC_VECTORS(n) TNCC_CEIL(n, TNCC_LANES)
#define TNCC_WIDE(n) TNCC_CEIL(TNCC_VECTORS(n), TNCC_CEIL(TNCC_VECTORS(n), TNCC_PANEL))
#define TNCC_COLUMNS(n) (TNCC_WIDE(n) * TNCC_LANES) /* of a panel, where there are n in all */
#define TNCC_PADDED(n) (TNCC_CEIL(n, TNCC_COLUMNS(n)) * TNCC_COLUMNS(n))

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
    if (s.finish) {
        real sums[TNCC_ROWS * TNCC_PANEL * TNCC_LANES];
        TNCC_UNROLL
        for (int i = 0; i < rows; ++i)
            TNCC_UNROLL
            for (int j = 0; j < wide; ++j)
                tncc_store(sums + (i * TNCC_PANEL + j) * TNCC_LANES, sum[i][j], TNCC_LANES);
        s.finish(s.at, sums, first, rows, column, lanes);
        return;
    }
    TNCC_UNROLL
    for (int i = 0; i < rows; ++i) {
        real *to = c + i % s.base * s.c0 + i / s.base * s.c1;
        TNCC_UNROLL
        for (int j = 0; j < wide; ++j) {
            const int some = j < wide - 1 ? TNCC_LANES : last;
            if (s.apart == 1) {
                real *place = to + j * TNCC_LANES;
                tncc_store(place, add ? tncc_load(place, some) + sum[i][j] : sum[i][j], some);
            } else {
                real part[TNCC_LANES];
                memcpy(part, &sum[i][j], sizeof part);
                for (int lane = 0; lane < some; ++lane) {
                    real *place = to + (j * TNCC_LANES + lane) * s.apart;
                    *place = add ? *place + part[lane] : part[lane];
                }
            }
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
#define tncc_given(x) (x)

TNCC_INLINE real tncc_gelu(const real x)
{
    return (real)0.5 * x * (1 + ERF(x * (real)0.70710678118654752440));
}

TNCC_INLINE real tncc_gelu_slope(const real x)
{
    const real below = (real)0.5 * (1 + ERF(x * (real)0.70710678118654752440));
    return below + x * EXP((real)-0.5 * x * x) * (real)0.39894228040143267794;
}

/* gain */
TNCC_STEP void FeedForward_forward0_pack0(real *out, const tncc_stored *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 64; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

/* up.bias */
TNCC_STEP void FeedForward_forward0_pack1(real *out, const tncc_stored *in1)
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
    static const int at[] = {0, 1, 2, 3, 4, 5, 6, 7, 32, 33, 34, 35, 36, 37, 38, 39, 64, 65, 66, 67, 68, 69, 70, 71, 96, 97, 98, 99, 100, 101, 102, 103, 128, 129, 130, 131, 132, 133, 134, 135, 160, 161, 162, 163, 164, 165, 166, 167, 192, 193, 194, 195, 196, 197, 198, 199, 224, 225, 226, 227, 228, 229, 230, 231, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1056, 1057, 1058, 1059, 1060, 1061, 1062, 1063, 1088, 1089, 1090, 1091, 1092, 1093, 1094, 1095, 1120, 1121, 1122, 1123, 1124, 1125, 1126, 1127, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1184, 1185, 1186, 1187, 1188, 1189, 1190, 1191, 1216, 1217, 1218, 1219, 1220, 1221, 1222, 1223, 1248, 1249, 1250, 1251, 1252, 1253, 1254, 1255, 2048, 2049, 2050, 2051, 2052, 2053, 2054, 2055, 2080, 2081, 2082, 2083, 2084, 2085, 2086, 2087, 2112, 2113, 2114, 2115, 2116, 2117, 2118, 2119, 2144, 2145, 2146, 2147, 2148, 2149, 2150, 2151, 2176, 2177, 2178, 2179, 2180, 2181, 2182, 2183, 2208, 2209, 2210, 2211, 2212, 2213, 2214, 2215, 2240, 2241, 2242, 2243, 2244, 2245, 2246, 2247, 2272, 2273, 2274, 2275, 2276, 2277, 2278, 2279, 3072, 3073, 3074, 3075, 3076, 3077, 3078, 3079, 3104, 3105, 3106, 3107, 3108, 3109, 3110, 3111, 3136, 3137, 3138, 3139, 3140, 3141, 3142, 3143, 3168, 3169, 3170, 3171, 3172, 3173, 3174, 3175, 3200, 3201, 3202, 3203, 3204, 3205, 3206, 3207, 3232, 3233, 3234, 3235, 3236, 3237, 3238, 3239, 3264, 3265, 3266, 3267, 3268, 3269, 3270, 3271, 3296, 3297, 3298, 3299, 3300, 3301, 3302, 3303};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                    const real *from = in1 + k0 * 4096 + k1 * 256 + k2 * 8;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[lane] = 0;
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_forward0_pack8(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 1, 2, 3, 32, 33, 34, 35, 64, 65, 66, 67, 96, 97, 98, 99, 1024, 1025, 1026, 1027, 1056, 1057, 1058, 1059, 1088, 1089, 1090, 1091, 1120, 1121, 1122, 1123, 2048, 2049, 2050, 2051, 2080, 2081, 2082, 2083, 2112, 2113, 2114, 2115, 2144, 2145, 2146, 2147, 3072, 3073, 3074, 3075, 3104, 3105, 3106, 3107, 3136, 3137, 3138, 3139, 3168, 3169, 3170, 3171};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 4096 + k1 * 128 + k2 * 4;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

/* z:1 */
TNCC_STEP void FeedForward_forward0_each0(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0, squares = 0;
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            sum += *(in1 + i0 * 64 + k0);
        const real mean = sum / (real)(64);
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            squares += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
        const real scale = 1 / SQRT(squares / (real)(64) + (real)1e-5);
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            *(out + i0 * 64 + k0) = (*(in1 + i0 * 64 + k0) - mean) * scale;
    }
}

/* z */
TNCC_STEP void FeedForward_forward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 64; ++i1)
            *(out + i0 * 64 + i1) = (*(in1 + i0 * 64 + i1) * *(in2 + i1));
}

/* up.y:1, up.y */
struct FeedForward_forward0_each2_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_forward0_each2_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_forward0_each2_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + (row + i / base) * 256 + (column + j)) = (sum + *(at->in1 + (column + j)));
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

/* a */
TNCC_STEP void FeedForward_forward0_each3(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 8; ++i3)
                    *(out + i0 * 256 + i1 * 64 + i2 * 8 + i3) = tncc_gelu(*(in1 + i0 * 256 + i1 * 64 + i2 * 8 + i3));
}

/* down.y:1, down.y */
struct FeedForward_forward0_each4_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_forward0_each4_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_forward0_each4_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + (row + i / base) * 64 + (column + j)) = (sum + *(at->in1 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_forward0_each4(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_forward0_each4_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 256, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1, .finish = FeedForward_forward0_each4_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in2, in3 + j * 256 * TNCC_COLUMNS(64), out, 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in2, in3 + 64 / TNCC_COLUMNS(64) * 256 * TNCC_COLUMNS(64), out, 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* result 0 */
TNCC_STEP void FeedForward_forward0_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) + *(in2 + i0 * 64 + i1 * 16 + i2 * 4 + i3));
}

static void FeedForward_forward0_pack(const FeedForward_weights *weights, real *constant, real *scratch)
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

static void FeedForward_forward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 163856 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 163856;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 16384, scratch, constant + 36864, count);
            FeedForward_forward0_each2(scratch + 32768, constant + 36928, scratch + 16384, constant, count);
            FeedForward_forward0_each3(scratch + 98304, scratch + 32768, count);
            FeedForward_forward0_each4(scratch, constant + 37184, scratch + 98304, constant + 18432, count);
            FeedForward_forward0_each5(out0, in0, scratch, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_apply0_once0(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const real *from = in1 + k0 * 8 + k1 * 32;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[j + lane];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_apply0_once1(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 1, 2, 3, 32, 33, 34, 35, 64, 65, 66, 67, 96, 97, 98, 99, 128, 129, 130, 131, 160, 161, 162, 163, 192, 193, 194, 195, 224, 225, 226, 227};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const real *from = in1 + k0 * 4;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[at[j + lane]];
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 8 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_apply0_once2(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 8, 16, 24, 256, 264, 272, 280, 512, 520, 528, 536, 768, 776, 784, 792, 1024, 1032, 1040, 1048, 1280, 1288, 1296, 1304, 1536, 1544, 1552, 1560, 1792, 1800, 1808, 1816};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const real *from = in1 + k0 * 32 + k1;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(32);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                    row[lane] = 0;
            }
        to += 64 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_apply0_once3(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 4; j += TNCC_COLUMNS(4)) {
        const int some = 4 - j < TNCC_COLUMNS(4) ? 4 - j : TNCC_COLUMNS(4);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const real *from = in1 + k0 * 32 + k1;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(4);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 8];
                for (int lane = some; lane < TNCC_COLUMNS(4); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(4);
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

/* up.y:1, up.y */
struct FeedForward_apply0_each4_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void FeedForward_apply0_each4_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_apply0_each4_at *at = of;
    const int base = 4;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 256 + (row + i / base) * 8 + (i % base) * 64 + (column + j)) = (sum + *(at->in1 + (row + i / base) * 8 + (i % base) * 64 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_apply0_each4(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_apply0_each4_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 8, .a1 = 8, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 256, .b0 = 0, .c0 = 64, .k1 = 4, .ak1 = 64, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1, .finish = FeedForward_apply0_each4_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + j * 32 * TNCC_COLUMNS(8), out, 0, (int)(j * TNCC_COLUMNS(8))); }
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 8 % TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8))); }
}

/* a */
TNCC_STEP void FeedForward_apply0_each5(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 256; ++i1)
            *(out + i0 * 256 + i1) = tncc_gelu(*(in1 + i0 * 256 + i1));
}

/* down.y:1:1 */
TNCC_STEP void FeedForward_apply0_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 32, .a1 = 8, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 256, in2 + j * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 256, in2 + 32 / TNCC_COLUMNS(32) * 8 * TNCC_COLUMNS(32), out + i0 * 1024 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* down.y:1:2 */
TNCC_STEP void FeedForward_apply0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 512, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 256, .b0 = 0, .c0 = 128, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 4, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0, in2 + j * 64 * TNCC_COLUMNS(32), out + i0 * 32 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0, in2 + 32 / TNCC_COLUMNS(32) * 64 * TNCC_COLUMNS(32), out + i0 * 32 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* down.y:1 */
TNCC_STEP void FeedForward_apply0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 4, .a1 = 32, .b1 = 0, .c1 = 4, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 16, .k1 = 4, .ak1 = 128, .bk1 = 8 * TNCC_COLUMNS(4), .k0 = 8, .ak0 = 4, .bk0 = TNCC_COLUMNS(4), .apart = 1};
    for (ptrdiff_t j = 0; j < 4 / TNCC_COLUMNS(4); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(4), in1 + i0 * 512, in2 + j * 32 * TNCC_COLUMNS(4), out + i0 * 64 + j * TNCC_COLUMNS(4), 0, (int)(j * TNCC_COLUMNS(4)));
    if (4 % TNCC_COLUMNS(4))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 4 % TNCC_COLUMNS(4), in1 + i0 * 512, in2 + 4 / TNCC_COLUMNS(4) * 32 * TNCC_COLUMNS(4), out + i0 * 64 + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), 0, (int)(4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4)));
}

/* result 0 */
TNCC_STEP void FeedForward_apply0_each9(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 64 + i1 * 16 + i2) = (*(in1 + i0 * 64 + i1 * 16 + i2) + (*(in2 + i0 * 64 + i1 + i2 * 4) + *(in3 + i1 * 16 + i2)));
}

static void FeedForward_apply0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 133136 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_apply0_once0(shared, weights->up_A_2);
        FeedForward_apply0_once1(shared + 512, weights->down_A_2);
        FeedForward_apply0_once2(shared + 800, weights->down_A_1);
        FeedForward_apply0_once3(shared + 3104, weights->down_A_0);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? share : 80;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 133136;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
            FeedForward_apply0_each2(scratch + 10240, weights->up_A_0, scratch + 5120, count);
            FeedForward_apply0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
            FeedForward_apply0_each4(scratch, weights->up_bias, scratch + 51200, shared, count);
            FeedForward_apply0_each5(scratch + 20480, scratch, count);
            FeedForward_apply0_each6(scratch + 40960, scratch + 20480, shared + 512, count);
            FeedForward_apply0_each7(scratch, scratch + 40960, shared + 800, count);
            FeedForward_apply0_each8(scratch + 40960, scratch, shared + 3104, count);
            FeedForward_apply0_each9(out0, in0, scratch + 40960, weights->down_bias, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_apply1_once4(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 8, 16, 24, 256, 264, 272, 280, 512, 520, 528, 536, 768, 776, 784, 792};
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 1024 + k1 * 32 + k2;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[lane] = 0;
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

/* down.y:1 */
TNCC_STEP void FeedForward_apply1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 64, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 16, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 4, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 256 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 256 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* result 0 */
TNCC_STEP void FeedForward_apply1_each7(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                *(out + i0 * 64 + i1 * 4 + i2) = (*(in1 + i0 * 64 + i1 * 4 + i2) + (*(in2 + i0 * 64 + i1 + i2 * 16) + *(in3 + i1 * 4 + i2)));
}

static void FeedForward_apply1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 135184 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_forward0_pack3(shared, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_apply0_once0(shared + 4096, weights->up_A_2);
        FeedForward_apply0_once1(shared + 4608, weights->down_A_2);
        FeedForward_apply1_once4(shared + 4896, scratch);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 96 ? share : 96;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 135184;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 6144, scratch, weights->gain, count);
            FeedForward_apply1_each2(scratch + 12288, scratch + 6144, shared, count);
            FeedForward_apply0_each4(scratch + 110592, weights->up_bias, scratch + 12288, shared + 4096, count);
            FeedForward_apply0_each5(scratch, scratch + 110592, count);
            FeedForward_apply0_each6(scratch + 24576, scratch, shared + 4608, count);
            FeedForward_apply1_each6(scratch, scratch + 24576, shared + 4896, count);
            FeedForward_apply1_each7(out0, in0, scratch, weights->down_bias, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

/* up.y:1 */
TNCC_STEP void FeedForward_apply2_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 4, .bk1 = 256, .k0 = 4, .ak0 = 1, .bk0 = 8, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1) {
            for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
                for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                    tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 16, in2 + i0 * 1024 + i1 * 32 + k0 * 4096 + j * TNCC_COLUMNS(8), out + i0 * 64 + i1 * 8 + j * TNCC_COLUMNS(8), k0 > 0, (int)(j * TNCC_COLUMNS(8)));
            if (8 % TNCC_COLUMNS(8))
                for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                    tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 16, in2 + i0 * 1024 + i1 * 32 + k0 * 4096 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 64 + i1 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
        }
}

/* a */
TNCC_STEP void FeedForward_apply2_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 8; ++i3)
                    *(out + i0 * 256 + i1 * 64 + i2 * 8 + i3) = tncc_gelu((*(in1 + i0 * 256 + i1 * 64 + i2 * 8 + i3) + *(in2 + i1 * 64 + i2 * 8 + i3)));
}

static void FeedForward_apply2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 163856 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_forward0_pack3(scratch, weights->up_A_0, weights->up_A_1);
        FeedForward_forward0_pack4(shared, scratch, weights->up_A_2);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 4096, scratch, weights->down_A_2);
        FeedForward_forward0_pack8(shared + 16384, scratch + 4096);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 163856;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 16384, scratch, weights->gain, count);
            FeedForward_apply2_each2(scratch + 32768, scratch + 16384, shared, count);
            FeedForward_apply2_each3(scratch + 98304, scratch + 32768, weights->up_bias, count);
            FeedForward_forward0_each4(scratch, weights->down_bias, scratch + 98304, shared + 16384, count);
            FeedForward_forward0_each5(out0, in0, scratch, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_backward0_once4(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 1, 2, 3, 4, 5, 6, 7, 32, 33, 34, 35, 36, 37, 38, 39, 64, 65, 66, 67, 68, 69, 70, 71, 96, 97, 98, 99, 100, 101, 102, 103, 128, 129, 130, 131, 132, 133, 134, 135, 160, 161, 162, 163, 164, 165, 166, 167, 192, 193, 194, 195, 196, 197, 198, 199, 224, 225, 226, 227, 228, 229, 230, 231, 1024, 1025, 1026, 1027, 1028, 1029, 1030, 1031, 1056, 1057, 1058, 1059, 1060, 1061, 1062, 1063, 1088, 1089, 1090, 1091, 1092, 1093, 1094, 1095, 1120, 1121, 1122, 1123, 1124, 1125, 1126, 1127, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1184, 1185, 1186, 1187, 1188, 1189, 1190, 1191, 1216, 1217, 1218, 1219, 1220, 1221, 1222, 1223, 1248, 1249, 1250, 1251, 1252, 1253, 1254, 1255, 2048, 2049, 2050, 2051, 2052, 2053, 2054, 2055, 2080, 2081, 2082, 2083, 2084, 2085, 2086, 2087, 2112, 2113, 2114, 2115, 2116, 2117, 2118, 2119, 2144, 2145, 2146, 2147, 2148, 2149, 2150, 2151, 2176, 2177, 2178, 2179, 2180, 2181, 2182, 2183, 2208, 2209, 2210, 2211, 2212, 2213, 2214, 2215, 2240, 2241, 2242, 2243, 2244, 2245, 2246, 2247, 2272, 2273, 2274, 2275, 2276, 2277, 2278, 2279, 3072, 3073, 3074, 3075, 3076, 3077, 3078, 3079, 3104, 3105, 3106, 3107, 3108, 3109, 3110, 3111, 3136, 3137, 3138, 3139, 3140, 3141, 3142, 3143, 3168, 3169, 3170, 3171, 3172, 3173, 3174, 3175, 3200, 3201, 3202, 3203, 3204, 3205, 3206, 3207, 3232, 3233, 3234, 3235, 3236, 3237, 3238, 3239, 3264, 3265, 3266, 3267, 3268, 3269, 3270, 3271, 3296, 3297, 3298, 3299, 3300, 3301, 3302, 3303};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 256 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(256);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward0_once5(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const real *from = in1 + k0 + k1 * 32;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 4];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward0_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[(j + lane) * 8];
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 8 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_backward0_once7(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 64, 128, 192, 1024, 1088, 1152, 1216, 2048, 2112, 2176, 2240, 3072, 3136, 3200, 3264};
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 256 + k1 * 8 + k2;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void FeedForward_backward0_once8(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                    const real *from = in1 + k0 + k1 * 32 + k2 * 8;
                    real *row = to + (k0 * 32 + k1 * 4 + k2) * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 256];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward0_once9(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 32 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[j + lane];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward0_once10(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                    const real *from = in1 + k0 + k1 * 8 + k2 * 64;
                    real *row = to + (k0 * 32 + k1 * 4 + k2) * TNCC_COLUMNS(8);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 256];
                    for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(8);
    }
}

/* down.bias':1 */
TNCC_STEP void FeedForward_backward0_each6(real *out, const real *in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 64; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                sum += *(in1 + i0 + k0 * 64);
        *(out + i0) = (more ? *(out + i0) : 0) + sum;
    }
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 256, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 4, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * 16 * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * 16 * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

TNCC_STEP void FeedForward_backward0_each8(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 64 + k1;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(16);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 4];
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[lane] = 0;
            }
        to += 4 * rows * TNCC_COLUMNS(16);
    }
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward0_each9(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 32, .a1 = 32, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 1024, .bk1 = 4 * TNCC_COLUMNS(16), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 4, in2 + j * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 4, in2 + 16 / TNCC_COLUMNS(16) * 4 * rows * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* down.A[2]':1 */
TNCC_STEP void FeedForward_backward0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 256, .b1 = 0, .c1 = 8, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = rows, .ak1 = 1024, .bk1 = 256, .k0 = 32, .ak0 = 8, .bk0 = 8, .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), more, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), more, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* up.y':1 */
TNCC_STEP void FeedForward_backward0_each11(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 256; ++i1)
            *(out + i0 * 256 + i1) = tncc_gelu_slope(*(in1 + i0 * 256 + i1));
}

/* a':1, up.y':2 */
struct FeedForward_backward0_each12_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void FeedForward_backward0_each12_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_backward0_each12_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 256 + (row + i / base) * 8 + (column + j)) = (sum * *(at->in1 + at->i0 * 256 + (row + i / base) * 8 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_backward0_each12(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_backward0_each12_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 32, .a1 = 8, .b1 = 0, .c1 = 8, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 256, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1, .finish = FeedForward_backward0_each12_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + j * 32 * TNCC_COLUMNS(8), out, 0, (int)(j * TNCC_COLUMNS(8))); }
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 8 % TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8))); }
}

/* up.bias':1 */
TNCC_STEP void FeedForward_backward0_each13(real *out, const real *in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 256; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                sum += *(in1 + i0 + k0 * 256);
        *(out + i0) = (more ? *(out + i0) : 0) + sum;
    }
}

/* up.A[2]':1 */
TNCC_STEP void FeedForward_backward0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 64, .b1 = 0, .c1 = 8, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = 4, .ak1 = 256, .bk1 = 64, .k0 = 8, .ak0 = 8, .bk0 = 8, .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 1024, in2 + k0 * 256 + j * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), more || k0 > 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 1024, in2 + k0 * 256 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), more || k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* z':1 */
TNCC_STEP void FeedForward_backward0_each16(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 16, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 1280, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 4, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + j * 256 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + 16 / TNCC_COLUMNS(16) * 256 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* z:1':1 */
TNCC_STEP void FeedForward_backward0_each19(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < rows; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 1280 + i1 * 16 + i2) = (*(in1 + i0 * 1280 + i1 * 16 + i2) * *(in2 + i0 + i2 * 4));
}

/* gain':1 */
TNCC_STEP void FeedForward_backward0_each20(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
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
TNCC_STEP void FeedForward_backward0_each21(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0, squares = 0;
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            sum += *(in1 + i0 * 64 + k0);
        const real mean = sum / (real)(64);
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
            squares += (*(in1 + i0 * 64 + k0) - mean) * (*(in1 + i0 * 64 + k0) - mean);
        const real scale = 1 / SQRT(squares / (real)(64) + (real)1e-5);
        *(out + i0) = scale;
    }
}

/* x':2 */
TNCC_STEP void FeedForward_backward0_each22(real *out, const real *in1, const ptrdiff_t rows)
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
TNCC_STEP void FeedForward_backward0_each23(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        *(out + i0) = ((real)0.015625 * *(in1 + i0));
}

/* x':5 */
TNCC_STEP void FeedForward_backward0_each24(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
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
TNCC_STEP void FeedForward_backward0_each26(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 64; ++i1)
            *(out + i0 * 64 + i1) = (*(in1 + i0) * *(in2 + i0 * 64 + i1));
}

/* result 0 */
TNCC_STEP void FeedForward_backward0_each27(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const real *in5, const ptrdiff_t rows)
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

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward0_last1(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 16, .b1 = 0, .c1 = 32, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 512, .b0 = 0, .c0 = 256, .k1 = 4, .ak1 = 128, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 4, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0, in2 + j * 16 * TNCC_COLUMNS(8), out + i0 * 8 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0, in2 + 8 / TNCC_COLUMNS(8) * 16 * TNCC_COLUMNS(8), out + i0 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* up.A[0]':1 */
TNCC_STEP void FeedForward_backward0_last2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 128, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 4, .b0 = 0, .c0 = 32, .k1 = 8, .ak1 = 16, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + j * 256 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), k0 > 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 512, in2 + k0 * 32 * TNCC_COLUMNS(8) + 8 / TNCC_COLUMNS(8) * 256 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), k0 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

TNCC_STEP void FeedForward_backward0_last3(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 512, 1024, 1536, 2048, 2560, 3072, 3584, 16, 528, 1040, 1552, 2064, 2576, 3088, 3600, 32, 544, 1056, 1568, 2080, 2592, 3104, 3616, 48, 560, 1072, 1584, 2096, 2608, 3120, 3632, 64, 576, 1088, 1600, 2112, 2624, 3136, 3648, 80, 592, 1104, 1616, 2128, 2640, 3152, 3664, 96, 608, 1120, 1632, 2144, 2656, 3168, 3680, 112, 624, 1136, 1648, 2160, 2672, 3184, 3696, 1, 513, 1025, 1537, 2049, 2561, 3073, 3585, 17, 529, 1041, 1553, 2065, 2577, 3089, 3601, 33, 545, 1057, 1569, 2081, 2593, 3105, 3617, 49, 561, 1073, 1585, 2097, 2609, 3121, 3633, 65, 577, 1089, 1601, 2113, 2625, 3137, 3649, 81, 593, 1105, 1617, 2129, 2641, 3153, 3665, 97, 609, 1121, 1633, 2145, 2657, 3169, 3681, 113, 625, 1137, 1649, 2161, 2673, 3185, 3697, 2, 514, 1026, 1538, 2050, 2562, 3074, 3586, 18, 530, 1042, 1554, 2066, 2578, 3090, 3602, 34, 546, 1058, 1570, 2082, 2594, 3106, 3618, 50, 562, 1074, 1586, 2098, 2610, 3122, 3634, 66, 578, 1090, 1602, 2114, 2626, 3138, 3650, 82, 594, 1106, 1618, 2130, 2642, 3154, 3666, 98, 610, 1122, 1634, 2146, 2658, 3170, 3682, 114, 626, 1138, 1650, 2162, 2674, 3186, 3698, 3, 515, 1027, 1539, 2051, 2563, 3075, 3587, 19, 531, 1043, 1555, 2067, 2579, 3091, 3603, 35, 547, 1059, 1571, 2083, 2595, 3107, 3619, 51, 563, 1075, 1587, 2099, 2611, 3123, 3635, 67, 579, 1091, 1603, 2115, 2627, 3139, 3651, 83, 595, 1107, 1619, 2131, 2643, 3155, 3667, 99, 611, 1123, 1635, 2147, 2659, 3171, 3683, 115, 627, 1139, 1651, 2163, 2675, 3187, 3699};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const real *from = in1 + k0 * 4 + k1 * 128;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(256);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                    row[lane] = 0;
            }
        to += 16 * TNCC_COLUMNS(256);
    }
}

/* up.A[1]':1 */
TNCC_STEP void FeedForward_backward0_last4(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 8, .bk0 = TNCC_COLUMNS(256), .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * 16 * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * 16 * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* result 6 */
TNCC_STEP void FeedForward_backward0_last5(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 32; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 256 + i1 * 8 + i2) = *(in1 + i0 + i1 * 8 + i2 * 256);
}

/* result 7 */
TNCC_STEP void FeedForward_backward0_last6(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                *(out + i0 * 32 + i1 * 4 + i2) = *(in1 + i0 * 32 + i1 + i2 * 8);
}

static void FeedForward_backward0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 302736 + 9104;
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
        FeedForward_apply0_once0(shared + 4096, weights->up_A_2);
        FeedForward_apply0_once1(shared + 4608, weights->down_A_2);
        FeedForward_backward0_once4(shared + 4896, scratch);
        FeedForward_backward0_once5(shared + 9504, weights->down_A_2);
        FeedForward_backward0_once6(shared + 10016, weights->up_A_2);
        FeedForward_backward0_once7(shared + 10304, shared);
        FeedForward_backward0_once8(shared + 14912, weights->down_A_1);
        FeedForward_backward0_once9(shared + 19008, weights->down_A_0);
        FeedForward_backward0_once10(shared + 19264, weights->up_A_1);
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
    const ptrdiff_t most = share < 80 ? share : 80;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 302736;
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
            FeedForward_apply0_each4(scratch + 92160, weights->up_bias, scratch + 10240, shared + 4096, count);
            FeedForward_apply0_each5(scratch + 112640, scratch + 92160, count);
            FeedForward_apply0_each6(scratch + 133120, scratch + 112640, shared + 4608, count);
            FeedForward_backward0_each6(total5, in1, count, tile > low);
            FeedForward_backward0_each7(scratch + 215040, in1, shared + 4896, count);
            FeedForward_backward0_each8(scratch + 296960, in1, count);
            FeedForward_backward0_each9(total0, scratch + 133120, scratch + 296960, count, tile > low);
            FeedForward_backward0_each10(total1, scratch + 215040, scratch + 112640, count, tile > low);
            FeedForward_backward0_each11(scratch + 112640, scratch + 92160, count);
            FeedForward_backward0_each12(scratch + 92160, scratch + 112640, scratch + 215040, shared + 9504, count);
            FeedForward_backward0_each13(total4, scratch + 92160, count, tile > low);
            FeedForward_backward0_each14(total3, scratch + 10240, scratch + 92160, count, tile > low);
            FeedForward_apply0_each6(scratch + 10240, scratch + 92160, shared + 10016, count);
            FeedForward_backward0_each16(scratch + 92160, scratch + 10240, shared + 10304, count);
            FeedForward_backward0_each8(scratch + 97280, scratch + 5120, count);
            FeedForward_backward0_each9(total2, scratch + 10240, scratch + 97280, count, tile > low);
            FeedForward_backward0_each19(scratch + 5120, scratch + 92160, weights->gain, count);
            FeedForward_backward0_each20(total6, scratch + 92160, scratch, count, tile > low);
            FeedForward_backward0_each21(scratch + 10240, in0, count);
            FeedForward_backward0_each22(scratch + 10320, scratch + 5120, count);
            FeedForward_backward0_each23(scratch + 10400, scratch + 10320, count);
            FeedForward_backward0_each24(scratch + 10320, scratch + 5120, scratch, count);
            FeedForward_backward0_each23(scratch + 10480, scratch + 10320, count);
            FeedForward_backward0_each26(scratch + 10560, scratch + 10480, scratch, count);
            FeedForward_backward0_each27(out0, in1, scratch + 5120, scratch + 10400, scratch + 10560, scratch + 10240, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (9104);
        real *const total0 = total + 0;
        real *const total1 = total + 4096;
        real *const total2 = total + 4352;
        real *const total3 = out[3] ? out[3] : total + 8448;
        real *const total4 = out[4] ? out[4] : total + 8704;
        real *const total5 = out[8] ? out[8] : total + 8960;
        real *const total6 = out[9] ? out[9] : total + 9024;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 4096; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total1[i] += more[4096 + i];
        for (ptrdiff_t i = 0; i < 4096; ++i)
            total2[i] += more[4352 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total3[i] += more[8448 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total4[i] += more[8704 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total5[i] += more[8960 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total6[i] += more[9024 + i];
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
        if (out5) FeedForward_backward0_last0(out5, total0, shared + 14912);
        FeedForward_backward0_last1(scratch, total0, shared + 19008);
        if (out1) FeedForward_backward0_last2(out1, total2, shared + 19264);
        FeedForward_backward0_last3(scratch + 2048, total2);
        if (out2) FeedForward_backward0_last4(out2, weights->up_A_0, scratch + 2048);
        if (out6) FeedForward_backward0_last5(out6, scratch);
        if (out7) FeedForward_backward0_last6(out7, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
        (void)total5;
        (void)total6;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_backward1_once4(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 4, 8, 12, 16, 20, 24, 28, 128, 132, 136, 140, 144, 148, 152, 156, 256, 260, 264, 268, 272, 276, 280, 284, 384, 388, 392, 396, 400, 404, 408, 412, 512, 516, 520, 524, 528, 532, 536, 540, 640, 644, 648, 652, 656, 660, 664, 668, 768, 772, 776, 780, 784, 788, 792, 796, 896, 900, 904, 908, 912, 916, 920, 924, 4096, 4100, 4104, 4108, 4112, 4116, 4120, 4124, 4224, 4228, 4232, 4236, 4240, 4244, 4248, 4252, 4352, 4356, 4360, 4364, 4368, 4372, 4376, 4380, 4480, 4484, 4488, 4492, 4496, 4500, 4504, 4508, 4608, 4612, 4616, 4620, 4624, 4628, 4632, 4636, 4736, 4740, 4744, 4748, 4752, 4756, 4760, 4764, 4864, 4868, 4872, 4876, 4880, 4884, 4888, 4892, 4992, 4996, 5000, 5004, 5008, 5012, 5016, 5020, 8192, 8196, 8200, 8204, 8208, 8212, 8216, 8220, 8320, 8324, 8328, 8332, 8336, 8340, 8344, 8348, 8448, 8452, 8456, 8460, 8464, 8468, 8472, 8476, 8576, 8580, 8584, 8588, 8592, 8596, 8600, 8604, 8704, 8708, 8712, 8716, 8720, 8724, 8728, 8732, 8832, 8836, 8840, 8844, 8848, 8852, 8856, 8860, 8960, 8964, 8968, 8972, 8976, 8980, 8984, 8988, 9088, 9092, 9096, 9100, 9104, 9108, 9112, 9116, 12288, 12292, 12296, 12300, 12304, 12308, 12312, 12316, 12416, 12420, 12424, 12428, 12432, 12436, 12440, 12444, 12544, 12548, 12552, 12556, 12560, 12564, 12568, 12572, 12672, 12676, 12680, 12684, 12688, 12692, 12696, 12700, 12800, 12804, 12808, 12812, 12816, 12820, 12824, 12828, 12928, 12932, 12936, 12940, 12944, 12948, 12952, 12956, 13056, 13060, 13064, 13068, 13072, 13076, 13080, 13084, 13184, 13188, 13192, 13196, 13200, 13204, 13208, 13212};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                    const real *from = in1 + k0 * 1024 + k1 * 32 + k2;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[lane] = 0;
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward1_once5(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 8, 16, 24, 256, 264, 272, 280, 512, 520, 528, 536, 768, 776, 784, 792, 4096, 4104, 4112, 4120, 4352, 4360, 4368, 4376, 4608, 4616, 4624, 4632, 4864, 4872, 4880, 4888, 8192, 8200, 8208, 8216, 8448, 8456, 8464, 8472, 8704, 8712, 8720, 8728, 8960, 8968, 8976, 8984, 12288, 12296, 12304, 12312, 12544, 12552, 12560, 12568, 12800, 12808, 12816, 12824, 13056, 13064, 13072, 13080};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 8; ++k2) {
                    const real *from = in1 + k0 * 1024 + k1 * 32 + k2;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_backward1_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k3 = 0; k3 < 8; ++k3)
                    for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                        const real *from = in1 + k0 * 256 + k1 * 8 + k2 * 1024 + k3 * 32;
                        real *row = to + (k0 * 128 + k1 * 32 + k2 * 8 + k3) * TNCC_COLUMNS(8);
                        for (int lane = 0; lane < some; ++lane)
                            row[lane] = from[j + lane];
                        for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                            row[lane] = 0;
                    }
        to += 512 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward1_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0) {
                const real *from = in1 + k0 + k1 * 4;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward1_once8(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 256; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(8);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[(j + lane) * 256];
            for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                row[lane] = 0;
        }
        to += 256 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward1_once9(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const real *from = in1 + k0 * 8 + k1;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
    }
}

/* up.y */
TNCC_STEP void FeedForward_backward1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 8; ++i3)
                    *(out + i0 * 256 + i1 * 64 + i2 * 8 + i3) = (*(in1 + i0 * 256 + i1 * 64 + i2 * 8 + i3) + *(in2 + i1 * 64 + i2 * 8 + i3));
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward1_each6(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 64, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), more, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), more, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* up.y':1 */
TNCC_STEP void FeedForward_backward1_each7(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 8; ++i3)
                    *(out + i0 * 256 + i1 * 64 + i2 * 8 + i3) = tncc_gelu_slope(*(in1 + i0 * 256 + i1 * 64 + i2 * 8 + i3));
}

/* a':1, up.y':2 */
struct FeedForward_backward1_each8_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void FeedForward_backward1_each8_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_backward1_each8_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + (row + i / base) * 256 + (column + j)) = (sum * *(at->in1 + (row + i / base) * 256 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_backward1_each8(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_backward1_each8_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 64, .b1 = 0, .c1 = 256, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(256), .apart = 1, .finish = FeedForward_backward1_each8_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in2, in3 + j * 64 * TNCC_COLUMNS(256), out, 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in2, in3 + 256 / TNCC_COLUMNS(256) * 64 * TNCC_COLUMNS(256), out, 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* up.bias':1 */
TNCC_STEP void FeedForward_backward1_each9(real *out, const real *in1, const ptrdiff_t rows, const int more)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2) {
                real sum = 0;
                    for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
                        sum += *(in1 + i0 * 64 + i1 * 8 + i2 + k0 * 256);
                *(out + i0 * 64 + i1 * 8 + i2) = (more ? *(out + i0 * 64 + i1 * 8 + i2) : 0) + sum;
            }
}

/* z':1 */
TNCC_STEP void FeedForward_backward1_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 256, .b1 = 0, .c1 = 64, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + j * 256 * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + 64 / TNCC_COLUMNS(64) * 256 * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* z:1':1 */
TNCC_STEP void FeedForward_backward1_each12(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) * *(in2 + i1 * 16 + i2 * 4 + i3));
}

/* gain':1 */
TNCC_STEP void FeedForward_backward1_each13(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 1, .a1 = 0, .b1 = 0, .c1 = 0, .base = 1, .known = 1, .paired = 1, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 64, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1 + j * TNCC_COLUMNS(64), in2 + j * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* x':2 */
TNCC_STEP void FeedForward_backward1_each15(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                        sum += *(in1 + i0 * 64 + k0 * 16 + k1 * 4 + k2);
        *(out + i0) = sum;
    }
}

/* x':5 */
TNCC_STEP void FeedForward_backward1_each17(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 64; ++k0)
                sum += (*(in1 + i0 * 64 + k0) * *(in2 + i0 * 64 + k0));
        *(out + i0) = sum;
    }
}

/* result 0 */
TNCC_STEP void FeedForward_backward1_each20(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const real *in5, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 4; ++i3)
                    *(out + i0 * 64 + i1 * 16 + i2 * 4 + i3) = (*(in1 + i0 * 64 + i1 * 16 + i2 * 4 + i3) + (((*(in2 + i0 * 64 + i1 * 16 + i2 * 4 + i3) - *(in3 + i0)) - *(in4 + i0 * 64 + i1 * 16 + i2 * 4 + i3)) * *(in5 + i0)));
}

/* down.A[2]':1 */
TNCC_STEP void FeedForward_backward1_last0(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 256, .b1 = 0, .c1 = 1, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 4, .k1 = 16, .ak1 = 1024, .bk1 = 32 * TNCC_COLUMNS(8), .k0 = 32, .ak0 = 8, .bk0 = TNCC_COLUMNS(8), .apart = 32};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 512 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8) * 32, 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 512 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8) * 32, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward1_last1(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 4096, .b1 = 0, .c1 = 256, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 64, .b0 = 0, .c0 = 1024, .k1 = 4, .ak1 = 256, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 1024 + i1 * 8, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 8 + i1 * 32 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 1024 + i1 * 8, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 8 + i1 * 32 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward1_last2(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 16, .a1 = 256, .b1 = 0, .c1 = 8, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 256 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 256 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward1_last3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 8, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), 0, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), 0, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
}

/* up.A[2]':1 */
TNCC_STEP void FeedForward_backward1_last4(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 64, .bk1 = 1024, .k0 = 8, .ak0 = 8, .bk0 = 8, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0) {
        for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    tncc_tiles(s, TNCC_COLUMNS(8), in1 + k0 * 1024 + k1 * 256, in2 + i0 * 256 + k0 * 4096 + k1 * 64 + j * TNCC_COLUMNS(8), out + i0 * 8 + j * TNCC_COLUMNS(8), k0 > 0 || k1 > 0, (int)(j * TNCC_COLUMNS(8)));
        if (8 % TNCC_COLUMNS(8))
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                    tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + k0 * 1024 + k1 * 256, in2 + i0 * 256 + k0 * 4096 + k1 * 64 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), out + i0 * 8 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), k0 > 0 || k1 > 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
    }
}

/* up.y:1:1':1 */
TNCC_STEP void FeedForward_backward1_last5(real *out, const real *in1, const real *in2)
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

static void FeedForward_backward1(const ptrdiff_t rows, const real *const *in,
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
        FeedForward_forward0_pack4(shared + 4096, shared, weights->up_A_2);
        FeedForward_forward0_pack3(scratch, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 4096, scratch, weights->down_A_2);
        FeedForward_backward1_once4(shared + 20480, scratch + 4096);
        FeedForward_backward1_once5(shared + 38912, shared + 4096);
        FeedForward_backward1_once6(shared + 57344, scratch);
        FeedForward_backward1_once7(shared + 65536, weights->down_A_2);
        FeedForward_backward1_once8(shared + 66048, weights->down_A_1);
        FeedForward_backward1_once9(shared + 70144, weights->up_A_2);
        FeedForward_backward1_once8(shared + 70656, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? share : 168;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
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
            FeedForward_apply2_each2(scratch + 21504, scratch + 10752, shared + 4096, count);
            FeedForward_backward1_each3(scratch + 64512, scratch + 21504, weights->up_bias, count);
            FeedForward_forward0_each3(scratch + 21504, scratch + 64512, count);
            FeedForward_backward0_each6(total3, in1, count, tile > low);
            FeedForward_backward1_each6(total0, in1, scratch + 21504, count, tile > low);
            FeedForward_backward1_each7(scratch + 21504, scratch + 64512, count);
            FeedForward_backward1_each8(scratch + 64512, scratch + 21504, in1, shared + 20480, count);
            FeedForward_backward1_each9(total2, scratch + 64512, count, tile > low);
            FeedForward_backward1_each10(scratch + 21504, scratch + 64512, shared + 38912, count);
            FeedForward_backward1_each6(total1, scratch + 10752, scratch + 64512, count, tile > low);
            FeedForward_backward1_each12(scratch + 10752, scratch + 21504, weights->gain, count);
            FeedForward_backward1_each13(total4, scratch + 21504, scratch, count, tile > low);
            FeedForward_backward0_each21(scratch + 21504, in0, count);
            FeedForward_backward1_each15(scratch + 21680, scratch + 10752, count);
            FeedForward_backward0_each23(scratch + 21856, scratch + 21680, count);
            FeedForward_backward1_each17(scratch + 21680, scratch + 10752, scratch, count);
            FeedForward_backward0_each23(scratch + 22032, scratch + 21680, count);
            FeedForward_backward0_each26(scratch + 22208, scratch + 22032, scratch, count);
            FeedForward_backward1_each20(out0, in1, scratch + 10752, scratch + 21856, scratch + 22208, scratch + 21504, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total1[i] += more[16384 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total2[i] += more[32768 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total3[i] += more[33024 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total4[i] += more[33088 + i];
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
        if (out7) FeedForward_backward1_last0(out7, total0, shared + 57344);
        FeedForward_backward1_last1(scratch, total0, shared + 65536);
        if (out5) FeedForward_backward1_last2(out5, scratch, shared + 66048);
        if (out6) FeedForward_backward1_last3(out6, weights->down_A_0, scratch);
        if (out3) FeedForward_backward1_last4(out3, shared, total1);
        FeedForward_backward1_last5(scratch, total1, shared + 70144);
        if (out1) FeedForward_backward1_last2(out1, scratch, shared + 70656);
        if (out2) FeedForward_backward1_last3(out2, weights->up_A_0, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

/* down.y:1:2 */
TNCC_STEP void FeedForward_forward_saving0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 1024, .b1 = 0, .c1 = 512, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 32, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 4, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 256, in2 + j * 64 * TNCC_COLUMNS(32), out + i0 * 128 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 256, in2 + 32 / TNCC_COLUMNS(32) * 64 * TNCC_COLUMNS(32), out + i0 * 128 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

static void FeedForward_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 133136 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        FeedForward_apply0_once0(shared, weights->up_A_2);
        FeedForward_apply0_once1(shared + 512, weights->down_A_2);
        FeedForward_apply0_once2(shared + 800, weights->down_A_1);
        FeedForward_apply0_once3(shared + 3104, weights->down_A_0);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 80 ? share : 80;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 133136;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 5120, scratch, weights->gain, count);
            FeedForward_apply0_each2(scratch + 10240, weights->up_A_0, scratch + 5120, count);
            FeedForward_apply0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
            FeedForward_apply0_each4(scratch, weights->up_bias, scratch + 51200, shared, count);
            FeedForward_apply0_each5(scratch + 20480, scratch, count);
            FeedForward_apply0_each6(scratch + 40960, scratch + 20480, shared + 512, count);
            FeedForward_forward_saving0_each7(scratch, scratch + 40960, shared + 800, count);
            FeedForward_apply0_each8(scratch + 40960, scratch, shared + 3104, count);
            FeedForward_apply0_each9(out0, in0, scratch + 40960, weights->down_bias, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_forward_saving1_once1(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 512; j += TNCC_COLUMNS(512)) {
        const int some = 512 - j < TNCC_COLUMNS(512) ? 512 - j : TNCC_COLUMNS(512);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(512);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[(j + lane) * 8];
            for (int lane = some; lane < TNCC_COLUMNS(512); ++lane)
                row[lane] = 0;
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
    static const int at[] = {0, 512, 1024, 1536, 2048, 2560, 3072, 3584, 1, 513, 1025, 1537, 2049, 2561, 3073, 3585, 2, 514, 1026, 1538, 2050, 2562, 3074, 3586, 3, 515, 1027, 1539, 2051, 2563, 3075, 3587, 4, 516, 1028, 1540, 2052, 2564, 3076, 3588, 5, 517, 1029, 1541, 2053, 2565, 3077, 3589, 6, 518, 1030, 1542, 2054, 2566, 3078, 3590, 7, 519, 1031, 1543, 2055, 2567, 3079, 3591, 32, 544, 1056, 1568, 2080, 2592, 3104, 3616, 33, 545, 1057, 1569, 2081, 2593, 3105, 3617, 34, 546, 1058, 1570, 2082, 2594, 3106, 3618, 35, 547, 1059, 1571, 2083, 2595, 3107, 3619, 36, 548, 1060, 1572, 2084, 2596, 3108, 3620, 37, 549, 1061, 1573, 2085, 2597, 3109, 3621, 38, 550, 1062, 1574, 2086, 2598, 3110, 3622, 39, 551, 1063, 1575, 2087, 2599, 3111, 3623, 64, 576, 1088, 1600, 2112, 2624, 3136, 3648, 65, 577, 1089, 1601, 2113, 2625, 3137, 3649, 66, 578, 1090, 1602, 2114, 2626, 3138, 3650, 67, 579, 1091, 1603, 2115, 2627, 3139, 3651, 68, 580, 1092, 1604, 2116, 2628, 3140, 3652, 69, 581, 1093, 1605, 2117, 2629, 3141, 3653, 70, 582, 1094, 1606, 2118, 2630, 3142, 3654, 71, 583, 1095, 1607, 2119, 2631, 3143, 3655, 96, 608, 1120, 1632, 2144, 2656, 3168, 3680, 97, 609, 1121, 1633, 2145, 2657, 3169, 3681, 98, 610, 1122, 1634, 2146, 2658, 3170, 3682, 99, 611, 1123, 1635, 2147, 2659, 3171, 3683, 100, 612, 1124, 1636, 2148, 2660, 3172, 3684, 101, 613, 1125, 1637, 2149, 2661, 3173, 3685, 102, 614, 1126, 1638, 2150, 2662, 3174, 3686, 103, 615, 1127, 1639, 2151, 2663, 3175, 3687};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                    const real *from = in1 + k0 * 128 + k1 * 8 + k2 * 4096;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                        row[lane] = 0;
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_forward_saving1_each5(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 512, 1024, 1536, 1, 513, 1025, 1537, 2, 514, 1026, 1538, 3, 515, 1027, 1539, 32, 544, 1056, 1568, 33, 545, 1057, 1569, 34, 546, 1058, 1570, 35, 547, 1059, 1571, 64, 576, 1088, 1600, 65, 577, 1089, 1601, 66, 578, 1090, 1602, 67, 579, 1091, 1603, 96, 608, 1120, 1632, 97, 609, 1121, 1633, 98, 610, 1122, 1634, 99, 611, 1123, 1635};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                    const real *from = in1 + k0 * 128 + k1 * 4 + k2 * 2048;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

static void FeedForward_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 34832 + 16;
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
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 34832;
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
            FeedForward_forward0_each2(out7, weights->up_bias, out6, scratch, count);
            FeedForward_apply0_each5(out8, out7, count);
            FeedForward_forward_saving1_each5(scratch, out4);
            FeedForward_forward0_each4(scratch + 18432, weights->down_bias, out8, scratch, count);
            FeedForward_forward0_each5(out0, in0, scratch + 18432, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void FeedForward_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 163856 + 16;
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
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 163856;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 64;
            real *out0 = out[0] + first * 64;
            (void)in0, (void)out0;
            FeedForward_forward0_each0(scratch, in0, count);
            FeedForward_forward0_each1(scratch + 16384, scratch, weights->gain, count);
            FeedForward_forward0_each2(scratch + 32768, weights->up_bias, scratch + 16384, shared, count);
            FeedForward_forward0_each3(scratch + 98304, scratch + 32768, count);
            FeedForward_forward0_each4(scratch, weights->down_bias, scratch + 98304, shared + 18432, count);
            FeedForward_forward0_each5(out0, in0, scratch, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved0_once3(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 1, 2, 3, 4, 5, 6, 7, 32, 33, 34, 35, 36, 37, 38, 39, 64, 65, 66, 67, 68, 69, 70, 71, 96, 97, 98, 99, 100, 101, 102, 103, 128, 129, 130, 131, 132, 133, 134, 135, 160, 161, 162, 163, 164, 165, 166, 167, 192, 193, 194, 195, 196, 197, 198, 199, 224, 225, 226, 227, 228, 229, 230, 231};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 256 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(64);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(64);
    }
}

TNCC_STEP void FeedForward_backward_saved0_once6(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < 64; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(32);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[(j + lane) * 64];
            for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                row[lane] = 0;
        }
        to += 64 * TNCC_COLUMNS(32);
    }
}

TNCC_STEP void FeedForward_backward_saved0_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 4; j += TNCC_COLUMNS(4)) {
        const int some = 4 - j < TNCC_COLUMNS(4) ? 4 - j : TNCC_COLUMNS(4);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1) {
                const real *from = in1 + k0 * 8 + k1;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(4);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(4); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(4);
    }
}

/* up.y:1:1 */
TNCC_STEP void FeedForward_backward_saved0_each2(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 4, .ak0 = 16, .bk0 = 32, .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + i0 * 64, in2 + j * TNCC_COLUMNS(32), out + i0 * 512 + j * TNCC_COLUMNS(32), 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + i0 * 64, in2 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), out + i0 * 512 + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* up.y:1:2 */
TNCC_STEP void FeedForward_backward_saved0_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 0, .a0 = 8, .b0 = 0, .c0 = 256, .k1 = 4, .ak1 = 128, .bk1 = 64, .k0 = 8, .ak0 = 1, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0 * 32, in2 + j * TNCC_COLUMNS(64), out + i0 * 64 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0 * 32, in2 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 64 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

TNCC_STEP void FeedForward_backward_saved0_each9(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 4; j += TNCC_COLUMNS(4)) {
        const int some = 4 - j < TNCC_COLUMNS(4) ? 4 - j : TNCC_COLUMNS(4);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                    const real *from = in1 + k0 * 64 + k1 + k2 * 4;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(4);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 16];
                    for (int lane = some; lane < TNCC_COLUMNS(4); ++lane)
                        row[lane] = 0;
                }
        to += 16 * rows * TNCC_COLUMNS(4);
    }
}

/* down.A[0]':1 */
TNCC_STEP void FeedForward_backward_saved0_each10(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 4, .b1 = 0, .c1 = 4, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 128, .b0 = 0, .c0 = 32, .k1 = 4, .ak1 = 32, .bk1 = 4 * TNCC_COLUMNS(4), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(4), .apart = 1};
    for (ptrdiff_t j = 0; j < 4 / TNCC_COLUMNS(4); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(4), in1 + k0 * 512, in2 + k0 * 16 * TNCC_COLUMNS(4) + j * 16 * rows * TNCC_COLUMNS(4), out + j * TNCC_COLUMNS(4), more || k0 > 0, (int)(j * TNCC_COLUMNS(4)));
    if (4 % TNCC_COLUMNS(4))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, 4 % TNCC_COLUMNS(4), in1 + k0 * 512, in2 + k0 * 16 * TNCC_COLUMNS(4) + 4 / TNCC_COLUMNS(4) * 16 * rows * TNCC_COLUMNS(4), out + 4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4), more || k0 > 0, (int)(4 / TNCC_COLUMNS(4) * TNCC_COLUMNS(4)));
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward_saved0_each11(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 16, .base = 4, .known = 1, .paired = 0, .whole = 0, .a0 = 32, .b0 = 0, .c0 = 128, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 4, .ak0 = 8, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            tncc_tiles(s, TNCC_COLUMNS(16), in1, in2 + i0 * 64 + j * TNCC_COLUMNS(16), out + i0 * 512 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1, in2 + i0 * 64 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 512 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

TNCC_STEP void FeedForward_backward_saved0_each12(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 4; ++k2) {
                    const real *from = in1 + k0 * 512 + k1 * 128 + k2;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(32);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 4];
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[lane] = 0;
                }
        to += 16 * rows * TNCC_COLUMNS(32);
    }
}

/* down.A[1]':1 */
TNCC_STEP void FeedForward_backward_saved0_each13(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 64, .a1 = 4, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 4, .ak1 = 256, .bk1 = 4 * TNCC_COLUMNS(32), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(32), in1 + k0 * 1024, in2 + k0 * 16 * TNCC_COLUMNS(32) + j * 16 * rows * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more || k0 > 0, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1 + k0 * 1024, in2 + k0 * 16 * TNCC_COLUMNS(32) + 32 / TNCC_COLUMNS(32) * 16 * rows * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more || k0 > 0, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward_saved0_each14(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 512, .b1 = 0, .c1 = 1024, .base = 4, .known = 0, .paired = 0, .whole = 1, .a0 = 128, .b0 = 0, .c0 = 256, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 32, .ak0 = 4, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(64), in1 + i0, in2 + j * 32 * TNCC_COLUMNS(64), out + i0 * 64 + j * TNCC_COLUMNS(64), 0, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1 + i0, in2 + 64 / TNCC_COLUMNS(64) * 32 * TNCC_COLUMNS(64), out + i0 * 64 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), 0, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

/* a':1, up.y':2 */
struct FeedForward_backward_saved0_each17_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void FeedForward_backward_saved0_each17_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct FeedForward_backward_saved0_each17_at *at = of;
    const int base = 4;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 256 + (row + i / base) * 8 + (i % base) * 64 + (column + j)) = (sum * *(at->in1 + at->i0 * 256 + (row + i / base) * 8 + (i % base) * 64 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void FeedForward_backward_saved0_each17(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct FeedForward_backward_saved0_each17_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = 8, .a1 = 8, .b1 = 0, .c1 = 8, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 256, .b0 = 0, .c0 = 64, .k1 = 4, .ak1 = 64, .bk1 = 8 * TNCC_COLUMNS(8), .k0 = 8, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1, .finish = FeedForward_backward_saved0_each17_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + j * 32 * TNCC_COLUMNS(8), out, 0, (int)(j * TNCC_COLUMNS(8))); }
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            { at.i0 = i0; tncc_tiles(s, 8 % TNCC_COLUMNS(8), in2 + i0 * 1024, in3 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8))); }
}

TNCC_STEP void FeedForward_backward_saved0_each21(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                    const real *from = in1 + k0 * 1024 + k1 + k2 * 256;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 4];
                    for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                        row[lane] = 0;
                }
        to += 16 * rows * TNCC_COLUMNS(64);
    }
}

/* up.A[1]':1 */
TNCC_STEP void FeedForward_backward_saved0_each22(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 8, .a1 = 1, .b1 = 0, .c1 = 256, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 128, .b0 = 0, .c0 = 64, .k1 = rows, .ak1 = 512, .bk1 = 16 * TNCC_COLUMNS(64), .k0 = 16, .ak0 = 8, .bk0 = TNCC_COLUMNS(64), .apart = 1};
    for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
        tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + j * 16 * rows * TNCC_COLUMNS(64), out + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
    if (64 % TNCC_COLUMNS(64))
        tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + 64 / TNCC_COLUMNS(64) * 16 * rows * TNCC_COLUMNS(64), out + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
}

TNCC_STEP void FeedForward_backward_saved0_each25(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int at[] = {0, 4, 8, 12, 16, 20, 24, 28, 128, 132, 136, 140, 144, 148, 152, 156, 256, 260, 264, 268, 272, 276, 280, 284, 384, 388, 392, 396, 400, 404, 408, 412};
    for (int j = 0; j < 32; j += TNCC_COLUMNS(32)) {
        const int some = 32 - j < TNCC_COLUMNS(32) ? 32 - j : TNCC_COLUMNS(32);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                    const real *from = in1 + k0 * 512 + k1 + k2 * 32;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(32);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[at[j + lane]];
                    for (int lane = some; lane < TNCC_COLUMNS(32); ++lane)
                        row[lane] = 0;
                }
        to += 16 * rows * TNCC_COLUMNS(32);
    }
}

/* up.A[0]':1 */
TNCC_STEP void FeedForward_backward_saved0_each26(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 16, .b1 = 0, .c1 = 32, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 64, .bk1 = 16 * TNCC_COLUMNS(32), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(32), .apart = 1};
    for (ptrdiff_t j = 0; j < 32 / TNCC_COLUMNS(32); ++j)
        tncc_tiles(s, TNCC_COLUMNS(32), in1, in2 + j * 16 * rows * TNCC_COLUMNS(32), out + j * TNCC_COLUMNS(32), more, (int)(j * TNCC_COLUMNS(32)));
    if (32 % TNCC_COLUMNS(32))
        tncc_tiles(s, 32 % TNCC_COLUMNS(32), in1, in2 + 32 / TNCC_COLUMNS(32) * 16 * rows * TNCC_COLUMNS(32), out + 32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32), more, (int)(32 / TNCC_COLUMNS(32) * TNCC_COLUMNS(32)));
}

/* z:1':1 */
TNCC_STEP void FeedForward_backward_saved0_each27(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                *(out + i0 * 64 + i1 * 4 + i2) = (*(in1 + i0 * 64 + i1 * 4 + i2) * *(in2 + i1 + i2 * 16));
}

TNCC_STEP void FeedForward_backward_saved0_each28(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
            const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
            for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
                const real *from = in1 + i0 + k0 * 64;
                real *row = to + k0 * TNCC_COLUMNS(16);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 4];
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[lane] = 0;
            }
            to += rows * TNCC_COLUMNS(16);
        }
}

/* gain':1 */
TNCC_STEP void FeedForward_backward_saved0_each29(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 4, .a1 = 16, .b1 = rows * TNCC_PADDED(16), .c1 = 16, .base = 1, .known = 1, .paired = 1, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        tncc_tiles(s, TNCC_COLUMNS(16), in1 + j * TNCC_COLUMNS(16), in2 + j * rows * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), more, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), in2 + 16 / TNCC_COLUMNS(16) * rows * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), more, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* x':2 */
TNCC_STEP void FeedForward_backward_saved0_each31(real *out, const real *in1, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                    sum += *(in1 + i0 * 64 + k0 + k1 * 4);
        *(out + i0) = sum;
    }
}

/* x':5 */
TNCC_STEP void FeedForward_backward_saved0_each33(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        real sum = 0;
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                    sum += (*(in1 + i0 * 64 + k0 + k1 * 4) * *(in2 + i0 * 64 + k0 * 16 + k1));
        *(out + i0) = sum;
    }
}

/* result 0 */
TNCC_STEP void FeedForward_backward_saved0_each36(real *out, const real *in1, const real *in2, const real *in3, const real *in4, const real *in5, const ptrdiff_t rows)
{
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 64 + i1 * 16 + i2) = (*(in1 + i0 * 64 + i1 * 16 + i2) + (((*(in2 + i0 * 64 + i1 + i2 * 4) - *(in3 + i0)) - *(in4 + i0 * 64 + i1 * 16 + i2)) * *(in5 + i0)));
}

/* result 5 */
TNCC_STEP void FeedForward_backward_saved0_last0(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 4; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                *(out + i0 * 32 + i1 * 8 + i2) = *(in1 + i0 * 32 + i1 + i2 * 4);
}

/* result 6 */
TNCC_STEP void FeedForward_backward_saved0_last1(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 4; ++i2)
                for (ptrdiff_t i3 = 0; i3 < 8; ++i3)
                    *(out + i0 * 256 + i1 * 32 + i2 * 8 + i3) = *(in1 + i0 * 4 + i1 * 256 + i2 + i3 * 32);
}

static void FeedForward_backward_saved0(const ptrdiff_t rows, const real *const *in,
    const FeedForward_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 343056 + 5264;
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
        FeedForward_apply0_once0(shared, weights->up_A_2);
        FeedForward_apply0_once1(shared + 512, weights->down_A_2);
        FeedForward_apply0_once2(shared + 800, weights->down_A_1);
        FeedForward_backward_saved0_once3(shared + 3104, weights->down_A_1);
        FeedForward_backward0_once5(shared + 5408, weights->down_A_2);
        FeedForward_backward0_once6(shared + 5920, weights->up_A_2);
        FeedForward_backward_saved0_once6(shared + 6208, weights->up_A_1);
        FeedForward_backward_saved0_once7(shared + 8512, weights->up_A_0);
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
    const ptrdiff_t most = share < 80 ? share : 80;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 343056;
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
            FeedForward_backward_saved0_each2(scratch + 10240, scratch + 5120, weights->up_A_0, count);
            FeedForward_backward_saved0_each3(scratch + 51200, scratch + 10240, weights->up_A_1, count);
            FeedForward_apply0_each4(scratch + 133120, weights->up_bias, scratch + 51200, shared, count);
            FeedForward_apply0_each5(scratch + 153600, scratch + 133120, count);
            FeedForward_apply0_each6(scratch + 174080, scratch + 153600, shared + 512, count);
            FeedForward_forward_saving0_each7(scratch + 256000, scratch + 174080, shared + 800, count);
            FeedForward_backward0_each6(total7, in1, count, tile > low);
            FeedForward_backward_saved0_each9(scratch + 296960, in1, count);
            FeedForward_backward_saved0_each10(total0, scratch + 256000, scratch + 296960, count, tile > low);
            FeedForward_backward_saved0_each11(scratch + 256000, weights->down_A_0, in1, count);
            FeedForward_backward_saved0_each12(scratch + 296960, scratch + 256000, count);
            FeedForward_backward_saved0_each13(total1, scratch + 174080, scratch + 296960, count, tile > low);
            FeedForward_backward_saved0_each14(scratch + 174080, scratch + 256000, shared + 3104, count);
            FeedForward_backward0_each14(total2, scratch + 174080, scratch + 153600, count, tile > low);
            FeedForward_backward0_each11(scratch + 153600, scratch + 133120, count);
            FeedForward_backward_saved0_each17(scratch + 133120, scratch + 153600, scratch + 174080, shared + 5408, count);
            FeedForward_backward0_each13(total6, scratch + 133120, count, tile > low);
            FeedForward_backward0_each14(total5, scratch + 51200, scratch + 133120, count, tile > low);
            FeedForward_apply0_each6(scratch + 51200, scratch + 133120, shared + 5920, count);
            FeedForward_backward_saved0_each21(scratch + 133120, scratch + 51200, count);
            FeedForward_backward_saved0_each22(total4, scratch + 10240, scratch + 133120, count, tile > low);
            FeedForward_forward_saving0_each7(scratch + 10240, scratch + 51200, shared + 6208, count);
            FeedForward_apply0_each8(scratch + 51200, scratch + 10240, shared + 8512, count);
            FeedForward_backward_saved0_each25(scratch + 56320, scratch + 10240, count);
            FeedForward_backward_saved0_each26(total3, scratch + 5120, scratch + 56320, count, tile > low);
            FeedForward_backward_saved0_each27(scratch + 5120, scratch + 51200, weights->gain, count);
            FeedForward_backward_saved0_each28(scratch + 10240, scratch + 51200, count);
            FeedForward_backward_saved0_each29(total8, scratch, scratch + 10240, count, tile > low);
            FeedForward_backward0_each21(scratch + 10240, in0, count);
            FeedForward_backward_saved0_each31(scratch + 10320, scratch + 5120, count);
            FeedForward_backward0_each23(scratch + 10400, scratch + 10320, count);
            FeedForward_backward_saved0_each33(scratch + 10320, scratch + 5120, scratch, count);
            FeedForward_backward0_each23(scratch + 10480, scratch + 10320, count);
            FeedForward_backward0_each26(scratch + 10560, scratch + 10480, scratch, count);
            FeedForward_backward_saved0_each36(out0, in1, scratch + 5120, scratch + 10400, scratch + 10560, scratch + 10240, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
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
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 128; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 2048; ++i)
            total1[i] += more[128 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total2[i] += more[2176 + i];
        for (ptrdiff_t i = 0; i < 128; ++i)
            total3[i] += more[2432 + i];
        for (ptrdiff_t i = 0; i < 2048; ++i)
            total4[i] += more[2560 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total5[i] += more[4608 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total6[i] += more[4864 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total7[i] += more[5120 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total8[i] += more[5184 + i];
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
        if (out7) FeedForward_backward0_last6(out7, total2);
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
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved1_once0(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 2048, 4096, 6144, 8192, 10240, 12288, 14336, 4, 2052, 4100, 6148, 8196, 10244, 12292, 14340, 8, 2056, 4104, 6152, 8200, 10248, 12296, 14344, 12, 2060, 4108, 6156, 8204, 10252, 12300, 14348, 16, 2064, 4112, 6160, 8208, 10256, 12304, 14352, 20, 2068, 4116, 6164, 8212, 10260, 12308, 14356, 24, 2072, 4120, 6168, 8216, 10264, 12312, 14360, 28, 2076, 4124, 6172, 8220, 10268, 12316, 14364, 128, 2176, 4224, 6272, 8320, 10368, 12416, 14464, 132, 2180, 4228, 6276, 8324, 10372, 12420, 14468, 136, 2184, 4232, 6280, 8328, 10376, 12424, 14472, 140, 2188, 4236, 6284, 8332, 10380, 12428, 14476, 144, 2192, 4240, 6288, 8336, 10384, 12432, 14480, 148, 2196, 4244, 6292, 8340, 10388, 12436, 14484, 152, 2200, 4248, 6296, 8344, 10392, 12440, 14488, 156, 2204, 4252, 6300, 8348, 10396, 12444, 14492, 256, 2304, 4352, 6400, 8448, 10496, 12544, 14592, 260, 2308, 4356, 6404, 8452, 10500, 12548, 14596, 264, 2312, 4360, 6408, 8456, 10504, 12552, 14600, 268, 2316, 4364, 6412, 8460, 10508, 12556, 14604, 272, 2320, 4368, 6416, 8464, 10512, 12560, 14608, 276, 2324, 4372, 6420, 8468, 10516, 12564, 14612, 280, 2328, 4376, 6424, 8472, 10520, 12568, 14616, 284, 2332, 4380, 6428, 8476, 10524, 12572, 14620, 384, 2432, 4480, 6528, 8576, 10624, 12672, 14720, 388, 2436, 4484, 6532, 8580, 10628, 12676, 14724, 392, 2440, 4488, 6536, 8584, 10632, 12680, 14728, 396, 2444, 4492, 6540, 8588, 10636, 12684, 14732, 400, 2448, 4496, 6544, 8592, 10640, 12688, 14736, 404, 2452, 4500, 6548, 8596, 10644, 12692, 14740, 408, 2456, 4504, 6552, 8600, 10648, 12696, 14744, 412, 2460, 4508, 6556, 8604, 10652, 12700, 14748};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 4; k1 += 4) {
                    real block[TNCC_COLUMNS(256) * 4];
                    const int rows = 4;
                    const real *from = in1 + k0 * 32 + k1 + k2 * 512;
                    real *row = to + (k0 * 16 + k1 * 4 + k2) * TNCC_COLUMNS(256);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 4 + i] = from[at[j + lane] + i];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * 4 * TNCC_COLUMNS(256);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 4 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(256); ++lane)
                            own[lane] = 0;
                    }
                }
        to += 64 * TNCC_COLUMNS(256);
    }
}

TNCC_STEP void FeedForward_backward_saved1_once1(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 4096, 8192, 12288, 8, 4104, 8200, 12296, 16, 4112, 8208, 12304, 24, 4120, 8216, 12312, 128, 4224, 8320, 12416, 136, 4232, 8328, 12424, 144, 4240, 8336, 12432, 152, 4248, 8344, 12440, 256, 4352, 8448, 12544, 264, 4360, 8456, 12552, 272, 4368, 8464, 12560, 280, 4376, 8472, 12568, 384, 4480, 8576, 12672, 392, 4488, 8584, 12680, 400, 4496, 8592, 12688, 408, 4504, 8600, 12696};
    for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
        const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
                for (ptrdiff_t k1 = 0; k1 < 8; k1 += 8) {
                    real block[TNCC_COLUMNS(64) * 8];
                    const int rows = 8;
                    const real *from = in1 + k0 * 32 + k1 + k2 * 512;
                    real *row = to + (k0 * 64 + k1 * 8 + k2) * TNCC_COLUMNS(64);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 8 + i] = from[at[j + lane] + i];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * 8 * TNCC_COLUMNS(64);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 8 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                            own[lane] = 0;
                    }
                }
        to += 256 * TNCC_COLUMNS(64);
    }
}

/* down.y:1:2':1 */
TNCC_STEP void FeedForward_backward_saved1_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 64, .a1 = 1, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 64, .bk0 = 256, .apart = 1};
    for (ptrdiff_t j = 0; j < 256 / TNCC_COLUMNS(256); ++j)
        tncc_tiles(s, TNCC_COLUMNS(256), in1, in2 + j * TNCC_COLUMNS(256), out + j * TNCC_COLUMNS(256), more, (int)(j * TNCC_COLUMNS(256)));
    if (256 % TNCC_COLUMNS(256))
        tncc_tiles(s, 256 % TNCC_COLUMNS(256), in1, in2 + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), out + 256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256), more, (int)(256 / TNCC_COLUMNS(256) * TNCC_COLUMNS(256)));
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

static void FeedForward_backward_saved1(const ptrdiff_t rows, const real *const *in,
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
        FeedForward_backward1_once6(shared + 36864, in2);
        FeedForward_backward1_once7(shared + 45056, weights->down_A_2);
        FeedForward_backward1_once8(shared + 45568, weights->down_A_1);
        FeedForward_backward1_once9(shared + 49664, weights->up_A_2);
        FeedForward_backward1_once8(shared + 50176, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? share : 168;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
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
            FeedForward_backward0_each6(total3, in9, count, tile > low);
            FeedForward_backward_saved1_each1(total0, in9, in7, count, tile > low);
            FeedForward_backward0_each11(scratch, in6, count);
            FeedForward_backward1_each8(scratch + 43008, scratch, in9, shared, count);
            FeedForward_backward1_each9(total2, scratch + 43008, count, tile > low);
            FeedForward_backward1_each10(scratch, scratch + 43008, shared + 18432, count);
            FeedForward_backward1_each6(total1, in5, scratch + 43008, count, tile > low);
            FeedForward_backward1_each12(scratch + 10752, scratch, weights->gain, count);
            FeedForward_backward_saved1_each8(total4, scratch, in4, count, tile > low);
            FeedForward_backward0_each21(scratch, in8, count);
            FeedForward_backward1_each15(scratch + 176, scratch + 10752, count);
            FeedForward_backward0_each23(scratch + 352, scratch + 176, count);
            FeedForward_backward1_each17(scratch + 176, scratch + 10752, in4, count);
            FeedForward_backward0_each23(scratch + 528, scratch + 176, count);
            FeedForward_backward0_each26(scratch + 21504, scratch + 528, in4, count);
            FeedForward_backward1_each20(out0, in9, scratch + 10752, scratch + 352, scratch + 21504, scratch, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total1[i] += more[16384 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total2[i] += more[32768 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total3[i] += more[33024 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total4[i] += more[33088 + i];
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
        if (out7) FeedForward_backward1_last0(out7, total0, shared + 36864);
        FeedForward_backward1_last1(scratch, total0, shared + 45056);
        if (out5) FeedForward_backward1_last2(out5, scratch, shared + 45568);
        if (out6) FeedForward_backward1_last3(out6, weights->down_A_0, scratch);
        if (out3) FeedForward_backward1_last4(out3, in0, total1);
        FeedForward_backward1_last5(scratch, total1, shared + 49664);
        if (out1) FeedForward_backward1_last2(out1, scratch, shared + 50176);
        if (out2) FeedForward_backward1_last3(out2, weights->up_A_0, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void FeedForward_backward_saved2_once7(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 4; ++k0)
            for (ptrdiff_t k2 = 0; k2 < 4; ++k2)
                for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                    for (ptrdiff_t k3 = 0; k3 < 4; ++k3) {
                        const real *from = in1 + k0 * 1024 + k1 * 32 + k2 * 256 + k3 * 8;
                        real *row = to + (k0 * 128 + k1 * 16 + k2 * 4 + k3) * TNCC_COLUMNS(8);
                        for (int lane = 0; lane < some; ++lane)
                            row[lane] = from[j + lane];
                        for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                            row[lane] = 0;
                    }
        to += 512 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward_saved2_once8(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 4; ++k1) {
                const real *from = in1 + k0 * 4 + k1;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
    }
}

TNCC_STEP void FeedForward_backward_saved2_once10(real *out, const real *in1)
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

TNCC_STEP void FeedForward_backward_saved2_once11(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 8; j += TNCC_COLUMNS(8)) {
        const int some = 8 - j < TNCC_COLUMNS(8) ? 8 - j : TNCC_COLUMNS(8);
        for (ptrdiff_t k1 = 0; k1 < 4; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                const real *from = in1 + k0 + k1 * 8;
                real *row = to + (k0 * 4 + k1) * TNCC_COLUMNS(8);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 32];
                for (int lane = some; lane < TNCC_COLUMNS(8); ++lane)
                    row[lane] = 0;
            }
        to += 32 * TNCC_COLUMNS(8);
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

/* down.A[2]':1 */
TNCC_STEP void FeedForward_backward_saved2_last0(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 1, .b1 = 0, .c1 = 1, .base = 8, .known = 1, .paired = 0, .whole = 1, .a0 = 64, .b0 = 0, .c0 = 4, .k1 = 32, .ak1 = 512, .bk1 = 16 * TNCC_COLUMNS(8), .k0 = 16, .ak0 = 4, .bk0 = TNCC_COLUMNS(8), .apart = 32};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 512 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8) * 32, 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 512 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8) * 32, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* down.y:1:1':1 */
TNCC_STEP void FeedForward_backward_saved2_last1(real *out, const real *in1, const real *in2)
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

/* up.A[2]':1 */
TNCC_STEP void FeedForward_backward_saved2_last4(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 8, .a1 = 64, .b1 = 0, .c1 = 1, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 1, .b0 = 0, .c0 = 8, .k1 = 32, .ak1 = 512, .bk1 = 16 * TNCC_COLUMNS(8), .k0 = 16, .ak0 = 4, .bk0 = TNCC_COLUMNS(8), .apart = 32};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        tncc_tiles(s, TNCC_COLUMNS(8), in1, in2 + j * 512 * TNCC_COLUMNS(8), out + j * TNCC_COLUMNS(8) * 32, 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1, in2 + 8 / TNCC_COLUMNS(8) * 512 * TNCC_COLUMNS(8), out + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8) * 32, 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

/* up.y:1:1':1 */
TNCC_STEP void FeedForward_backward_saved2_last5(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 4, .a1 = 4096, .b1 = 0, .c1 = 256, .base = 4, .known = 1, .paired = 0, .whole = 1, .a0 = 16, .b0 = 0, .c0 = 1024, .k1 = 8, .ak1 = 64, .bk1 = 4 * TNCC_COLUMNS(8), .k0 = 4, .ak0 = 1, .bk0 = TNCC_COLUMNS(8), .apart = 1};
    for (ptrdiff_t j = 0; j < 8 / TNCC_COLUMNS(8); ++j)
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(8), in1 + i0 * 512 + i1 * 4, in2 + j * 32 * TNCC_COLUMNS(8), out + i0 * 8 + i1 * 64 + j * TNCC_COLUMNS(8), 0, (int)(j * TNCC_COLUMNS(8)));
    if (8 % TNCC_COLUMNS(8))
        for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 4; ++i1)
                tncc_tiles(s, 8 % TNCC_COLUMNS(8), in1 + i0 * 512 + i1 * 4, in2 + 8 / TNCC_COLUMNS(8) * 32 * TNCC_COLUMNS(8), out + i0 * 8 + i1 * 64 + 8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8), 0, (int)(8 / TNCC_COLUMNS(8) * TNCC_COLUMNS(8)));
}

static void FeedForward_backward_saved2(const ptrdiff_t rows, const real *const *in,
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
        FeedForward_forward0_pack3(scratch + 20480, weights->down_A_0, weights->down_A_1);
        FeedForward_forward0_pack4(scratch + 24576, scratch + 20480, weights->down_A_2);
        FeedForward_forward0_pack7(shared, scratch + 4096);
        FeedForward_backward1_once4(shared + 18432, scratch + 24576);
        FeedForward_backward1_once5(shared + 36864, scratch + 4096);
        FeedForward_backward_saved2_once7(shared + 55296, scratch + 20480);
        FeedForward_backward_saved2_once8(shared + 63488, weights->down_A_2);
        FeedForward_backward1_once8(shared + 64000, weights->down_A_1);
        FeedForward_backward_saved2_once10(shared + 68096, scratch);
        FeedForward_backward_saved2_once11(shared + 76288, weights->up_A_2);
        FeedForward_backward1_once8(shared + 76800, weights->up_A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 168 ? share : 168;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
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
            FeedForward_forward0_each2(scratch + 21504, weights->up_bias, scratch + 10752, shared, count);
            FeedForward_forward0_each3(scratch + 64512, scratch + 21504, count);
            FeedForward_backward0_each6(total3, in1, count, tile > low);
            FeedForward_backward_saved2_each5(scratch + 107520, in1, count);
            FeedForward_backward_saved2_each6(total0, scratch + 64512, scratch + 107520, count, tile > low);
            FeedForward_backward1_each7(scratch + 64512, scratch + 21504, count);
            FeedForward_backward1_each8(scratch + 21504, scratch + 64512, in1, shared + 18432, count);
            FeedForward_backward1_each9(total2, scratch + 21504, count, tile > low);
            FeedForward_backward1_each10(scratch + 64512, scratch + 21504, shared + 36864, count);
            FeedForward_backward_saved2_each5(scratch + 75264, scratch + 10752, count);
            FeedForward_backward_saved2_each6(total1, scratch + 21504, scratch + 75264, count, tile > low);
            FeedForward_backward1_each12(scratch + 10752, scratch + 64512, weights->gain, count);
            FeedForward_backward1_each13(total4, scratch + 64512, scratch, count, tile > low);
            FeedForward_backward0_each21(scratch + 21504, in0, count);
            FeedForward_backward1_each15(scratch + 21680, scratch + 10752, count);
            FeedForward_backward0_each23(scratch + 21856, scratch + 21680, count);
            FeedForward_backward1_each17(scratch + 21680, scratch + 10752, scratch, count);
            FeedForward_backward0_each23(scratch + 22032, scratch + 21680, count);
            FeedForward_backward0_each26(scratch + 22208, scratch + 22032, scratch, count);
            FeedForward_backward1_each20(out0, in1, scratch + 10752, scratch + 21856, scratch + 22208, scratch + 21504, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (33168);
        real *const total0 = total + 0;
        real *const total1 = total + 16384;
        real *const total2 = out[4] ? out[4] : total + 32768;
        real *const total3 = out[8] ? out[8] : total + 33024;
        real *const total4 = out[9] ? out[9] : total + 33088;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 16384; ++i)
            total1[i] += more[16384 + i];
        for (ptrdiff_t i = 0; i < 256; ++i)
            total2[i] += more[32768 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total3[i] += more[33024 + i];
        for (ptrdiff_t i = 0; i < 64; ++i)
            total4[i] += more[33088 + i];
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
        if (out7) FeedForward_backward_saved2_last0(out7, total0, shared + 55296);
        FeedForward_backward_saved2_last1(scratch, total0, shared + 63488);
        if (out5) FeedForward_backward1_last2(out5, scratch, shared + 64000);
        if (out6) FeedForward_backward1_last3(out6, weights->down_A_0, scratch);
        if (out3) FeedForward_backward_saved2_last4(out3, total1, shared + 68096);
        FeedForward_backward_saved2_last5(scratch, total1, shared + 76288);
        if (out1) FeedForward_backward1_last2(out1, scratch, shared + 76800);
        if (out2) FeedForward_backward1_last3(out2, weights->up_A_0, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
        (void)total3;
        (void)total4;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
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
        FeedForward_apply0(rows, in, weights, 0, out, space, space + 3632, threads);
        return;
    }
    if (rows < 26) {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_apply1(rows, in, weights, 0, out, space, space + 9520, threads);
        return;
    }
    {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_apply2(rows, in, weights, 0, out, space, space + 34832, threads);
    }
}

void FeedForward_backward(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, const FeedForward_real *d_y, FeedForward_real *d_x, const FeedForward_gradients *gradients, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 23) {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward0(rows, in, weights, 0, out, space, space + 23376, threads);
        return;
    }
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward1(rows, in, weights, 0, out, space, space + 74768, threads);
    }
}

void FeedForward_forward_saving(const int64_t rows, const FeedForward_real *x, const FeedForward_weights *weights, FeedForward_real *y, FeedForward_real *saved, void *workspace, const int threads)
{
    real *space = (real *)(((uintptr_t)workspace + 63) / 64 * 64);
    if (rows < 14) {
        const real *const in[] = {x};
        real *const out[] = {y};
        FeedForward_forward_saving0(rows, in, weights, 0, out, space, space + 3632, threads);
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
        FeedForward_backward_saved0(rows, in, weights, 0, out, space, space + 9040, threads);
        return;
    }
    if (rows < 10024) {
        const real *const in[] = {saved + 0, saved + 4096, saved + 4096 + 16384, saved + 4096 + 16384 + 4096, saved + 4096 + 16384 + 4096 + 16384, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows, saved + 4096 + 16384 + 4096 + 16384 + 64 * rows + 64 * rows + 256 * rows, x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward_saved1(rows, in, weights, 0, out, space, space + 54288, threads);
        return;
    }
    {
        const real *const in[] = {x, d_y};
        real *const out[] = {d_x, gradients->up_A_0, gradients->up_A_1, gradients->up_A_2, gradients->up_bias, gradients->down_A_0, gradients->down_A_1, gradients->down_A_2, gradients->down_bias, gradients->gain};
        FeedForward_backward_saved2(rows, in, weights, 0, out, space, space + 80912, threads);
    }
}

size_t FeedForward_packed_bytes(void)
{
    return sizeof(real) * (37264);
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
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(163856 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(3632) + (size_t)threads * (size_t)(133136 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(9520) + (size_t)threads * (size_t)(135184 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(34832) + (size_t)threads * (size_t)(163856 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(23376) + (size_t)threads * (size_t)(302736 + 9104);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(74768) + (size_t)threads * (size_t)(107536 + 33168);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(3632) + (size_t)threads * (size_t)(133136 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(34832 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(36880) + (size_t)threads * (size_t)(163856 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(9040) + (size_t)threads * (size_t)(343056 + 5264);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(54288) + (size_t)threads * (size_t)(86032 + 33168);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(80912) + (size_t)threads * (size_t)(119632 + 33168);
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
