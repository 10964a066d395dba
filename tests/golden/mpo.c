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
 * Compile with: cc -std=c11 -O3 -march=native -ffp-contract=fast -fopenmp -c FILE.c (OpenMP or not).
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

/* Packs the weights for MPO_forward, into memory of MPO_packed_bytes() bytes. */
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

/* A[2] */
TNCC_STEP void MPO_forward0_pack0(real *out, const tncc_stored *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 3072; ++i0)
        *(out + i0) = tncc_given(*(in1 + i0));
}

TNCC_STEP void MPO_forward0_pack2(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 192, 384, 576, 768, 960, 1152, 1344, 16, 208, 400, 592, 784, 976, 1168, 1360, 32, 224, 416, 608, 800, 992, 1184, 1376, 48, 240, 432, 624, 816, 1008, 1200, 1392, 64, 256, 448, 640, 832, 1024, 1216, 1408, 80, 272, 464, 656, 848, 1040, 1232, 1424, 96, 288, 480, 672, 864, 1056, 1248, 1440, 112, 304, 496, 688, 880, 1072, 1264, 1456, 128, 320, 512, 704, 896, 1088, 1280, 1472, 144, 336, 528, 720, 912, 1104, 1296, 1488, 160, 352, 544, 736, 928, 1120, 1312, 1504, 176, 368, 560, 752, 944, 1136, 1328, 1520};
    for (int j = 0; j < 96; j += TNCC_COLUMNS(96)) {
        const int some = 96 - j < TNCC_COLUMNS(96) ? 96 - j : TNCC_COLUMNS(96);
        for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(96);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[at[j + lane]];
            for (int lane = some; lane < TNCC_COLUMNS(96); ++lane)
                row[lane] = 0;
        }
        to += 16 * TNCC_COLUMNS(96);
    }
}

/* y:1:1 */
TNCC_STEP void MPO_forward0_pack3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 2048, .a1 = 1, .b1 = 0, .c1 = 96, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 2048, .bk0 = TNCC_COLUMNS(96), .apart = 1};
    for (ptrdiff_t j = 0; j < 96 / TNCC_COLUMNS(96); ++j)
        tncc_tiles(s, TNCC_COLUMNS(96), in1, in2 + j * 16 * TNCC_COLUMNS(96), out + j * TNCC_COLUMNS(96), 0, (int)(j * TNCC_COLUMNS(96)));
    if (96 % TNCC_COLUMNS(96))
        tncc_tiles(s, 96 % TNCC_COLUMNS(96), in1, in2 + 96 / TNCC_COLUMNS(96) * 16 * TNCC_COLUMNS(96), out + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), 0, (int)(96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96)));
}

TNCC_STEP void MPO_forward0_pack4(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 96, 192, 288, 384, 480, 576, 672, 768, 864, 960, 1056, 1152, 1248, 1344, 1440, 1536, 1632, 1728, 1824, 1920, 2016, 2112, 2208, 2304, 2400, 2496, 2592, 2688, 2784, 2880, 2976, 3072, 3168, 3264, 3360, 3456, 3552, 3648, 3744, 3840, 3936, 4032, 4128, 4224, 4320, 4416, 4512, 4608, 4704, 4800, 4896, 4992, 5088, 5184, 5280, 5376, 5472, 5568, 5664, 5760, 5856, 5952, 6048, 6144, 6240, 6336, 6432, 6528, 6624, 6720, 6816, 6912, 7008, 7104, 7200, 7296, 7392, 7488, 7584, 7680, 7776, 7872, 7968, 8064, 8160, 8256, 8352, 8448, 8544, 8640, 8736, 8832, 8928, 9024, 9120, 9216, 9312, 9408, 9504, 9600, 9696, 9792, 9888, 9984, 10080, 10176, 10272, 10368, 10464, 10560, 10656, 10752, 10848, 10944, 11040, 11136, 11232, 11328, 11424, 11520, 11616, 11712, 11808, 11904, 12000, 12096, 12192, 12288, 12384, 12480, 12576, 12672, 12768, 12864, 12960, 13056, 13152, 13248, 13344, 13440, 13536, 13632, 13728, 13824, 13920, 14016, 14112, 14208, 14304, 14400, 14496, 14592, 14688, 14784, 14880, 14976, 15072, 15168, 15264, 15360, 15456, 15552, 15648, 15744, 15840, 15936, 16032, 16128, 16224, 16320, 16416, 16512, 16608, 16704, 16800, 16896, 16992, 17088, 17184, 17280, 17376, 17472, 17568, 17664, 17760, 17856, 17952, 18048, 18144, 18240, 18336, 18432, 18528, 18624, 18720, 18816, 18912, 19008, 19104, 19200, 19296, 19392, 19488, 19584, 19680, 19776, 19872, 19968, 20064, 20160, 20256, 20352, 20448, 20544, 20640, 20736, 20832, 20928, 21024, 21120, 21216, 21312, 21408, 21504, 21600, 21696, 21792, 21888, 21984, 22080, 22176, 22272, 22368, 22464, 22560, 22656, 22752, 22848, 22944, 23040, 23136, 23232, 23328, 23424, 23520, 23616, 23712, 23808, 23904, 24000, 24096, 24192, 24288, 24384, 24480, 8, 104, 200, 296, 392, 488, 584, 680, 776, 872, 968, 1064, 1160, 1256, 1352, 1448, 1544, 1640, 1736, 1832, 1928, 2024, 2120, 2216, 2312, 2408, 2504, 2600, 2696, 2792, 2888, 2984, 3080, 3176, 3272, 3368, 3464, 3560, 3656, 3752, 3848, 3944, 4040, 4136, 4232, 4328, 4424, 4520, 4616, 4712, 4808, 4904, 5000, 5096, 5192, 5288, 5384, 5480, 5576, 5672, 5768, 5864, 5960, 6056, 6152, 6248, 6344, 6440, 6536, 6632, 6728, 6824, 6920, 7016, 7112, 7208, 7304, 7400, 7496, 7592, 7688, 7784, 7880, 7976, 8072, 8168, 8264, 8360, 8456, 8552, 8648, 8744, 8840, 8936, 9032, 9128, 9224, 9320, 9416, 9512, 9608, 9704, 9800, 9896, 9992, 10088, 10184, 10280, 10376, 10472, 10568, 10664, 10760, 10856, 10952, 11048, 11144, 11240, 11336, 11432, 11528, 11624, 11720, 11816, 11912, 12008, 12104, 12200, 12296, 12392, 12488, 12584, 12680, 12776, 12872, 12968, 13064, 13160, 13256, 13352, 13448, 13544, 13640, 13736, 13832, 13928, 14024, 14120, 14216, 14312, 14408, 14504, 14600, 14696, 14792, 14888, 14984, 15080, 15176, 15272, 15368, 15464, 15560, 15656, 15752, 15848, 15944, 16040, 16136, 16232, 16328, 16424, 16520, 16616, 16712, 16808, 16904, 17000, 17096, 17192, 17288, 17384, 17480, 17576, 17672, 17768, 17864, 17960, 18056, 18152, 18248, 18344, 18440, 18536, 18632, 18728, 18824, 18920, 19016, 19112, 19208, 19304, 19400, 19496, 19592, 19688, 19784, 19880, 19976, 20072, 20168, 20264, 20360, 20456, 20552, 20648, 20744, 20840, 20936, 21032, 21128, 21224, 21320, 21416, 21512, 21608, 21704, 21800, 21896, 21992, 22088, 22184, 22280, 22376, 22472, 22568, 22664, 22760, 22856, 22952, 23048, 23144, 23240, 23336, 23432, 23528, 23624, 23720, 23816, 23912, 24008, 24104, 24200, 24296, 24392, 24488, 16, 112, 208, 304, 400, 496, 592, 688, 784, 880, 976, 1072, 1168, 1264, 1360, 1456, 1552, 1648, 1744, 1840, 1936, 2032, 2128, 2224, 2320, 2416, 2512, 2608, 2704, 2800, 2896, 2992, 3088, 3184, 3280, 3376, 3472, 3568, 3664, 3760, 3856, 3952, 4048, 4144, 4240, 4336, 4432, 4528, 4624, 4720, 4816, 4912, 5008, 5104, 5200, 5296, 5392, 5488, 5584, 5680, 5776, 5872, 5968, 6064, 6160, 6256, 6352, 6448, 6544, 6640, 6736, 6832, 6928, 7024, 7120, 7216, 7312, 7408, 7504, 7600, 7696, 7792, 7888, 7984, 8080, 8176, 8272, 8368, 8464, 8560, 8656, 8752, 8848, 8944, 9040, 9136, 9232, 9328, 9424, 9520, 9616, 9712, 9808, 9904, 10000, 10096, 10192, 10288, 10384, 10480, 10576, 10672, 10768, 10864, 10960, 11056, 11152, 11248, 11344, 11440, 11536, 11632, 11728, 11824, 11920, 12016, 12112, 12208, 12304, 12400, 12496, 12592, 12688, 12784, 12880, 12976, 13072, 13168, 13264, 13360, 13456, 13552, 13648, 13744, 13840, 13936, 14032, 14128, 14224, 14320, 14416, 14512, 14608, 14704, 14800, 14896, 14992, 15088, 15184, 15280, 15376, 15472, 15568, 15664, 15760, 15856, 15952, 16048, 16144, 16240, 16336, 16432, 16528, 16624, 16720, 16816, 16912, 17008, 17104, 17200, 17296, 17392, 17488, 17584, 17680, 17776, 17872, 17968, 18064, 18160, 18256, 18352, 18448, 18544, 18640, 18736, 18832, 18928, 19024, 19120, 19216, 19312, 19408, 19504, 19600, 19696, 19792, 19888, 19984, 20080, 20176, 20272, 20368, 20464, 20560, 20656, 20752, 20848, 20944, 21040, 21136, 21232, 21328, 21424, 21520, 21616, 21712, 21808, 21904, 22000, 22096, 22192, 22288, 22384, 22480, 22576, 22672, 22768, 22864, 22960, 23056, 23152, 23248, 23344, 23440, 23536, 23632, 23728, 23824, 23920, 24016, 24112, 24208, 24304, 24400, 24496, 24, 120, 216, 312, 408, 504, 600, 696, 792, 888, 984, 1080, 1176, 1272, 1368, 1464, 1560, 1656, 1752, 1848, 1944, 2040, 2136, 2232, 2328, 2424, 2520, 2616, 2712, 2808, 2904, 3000, 3096, 3192, 3288, 3384, 3480, 3576, 3672, 3768, 3864, 3960, 4056, 4152, 4248, 4344, 4440, 4536, 4632, 4728, 4824, 4920, 5016, 5112, 5208, 5304, 5400, 5496, 5592, 5688, 5784, 5880, 5976, 6072, 6168, 6264, 6360, 6456, 6552, 6648, 6744, 6840, 6936, 7032, 7128, 7224, 7320, 7416, 7512, 7608, 7704, 7800, 7896, 7992, 8088, 8184, 8280, 8376, 8472, 8568, 8664, 8760, 8856, 8952, 9048, 9144, 9240, 9336, 9432, 9528, 9624, 9720, 9816, 9912, 10008, 10104, 10200, 10296, 10392, 10488, 10584, 10680, 10776, 10872, 10968, 11064, 11160, 11256, 11352, 11448, 11544, 11640, 11736, 11832, 11928, 12024, 12120, 12216, 12312, 12408, 12504, 12600, 12696, 12792, 12888, 12984, 13080, 13176, 13272, 13368, 13464, 13560, 13656, 13752, 13848, 13944, 14040, 14136, 14232, 14328, 14424, 14520, 14616, 14712, 14808, 14904, 15000, 15096, 15192, 15288, 15384, 15480, 15576, 15672, 15768, 15864, 15960, 16056, 16152, 16248, 16344, 16440, 16536, 16632, 16728, 16824, 16920, 17016, 17112, 17208, 17304, 17400, 17496, 17592, 17688, 17784, 17880, 17976, 18072, 18168, 18264, 18360, 18456, 18552, 18648, 18744, 18840, 18936, 19032, 19128, 19224, 19320, 19416, 19512, 19608, 19704, 19800, 19896, 19992, 20088, 20184, 20280, 20376, 20472, 20568, 20664, 20760, 20856, 20952, 21048, 21144, 21240, 21336, 21432, 21528, 21624, 21720, 21816, 21912, 22008, 22104, 22200, 22296, 22392, 22488, 22584, 22680, 22776, 22872, 22968, 23064, 23160, 23256, 23352, 23448, 23544, 23640, 23736, 23832, 23928, 24024, 24120, 24216, 24312, 24408, 24504, 32, 128, 224, 320, 416, 512, 608, 704, 800, 896, 992, 1088, 1184, 1280, 1376, 1472, 1568, 1664, 1760, 1856, 1952, 2048, 2144, 2240, 2336, 2432, 2528, 2624, 2720, 2816, 2912, 3008, 3104, 3200, 3296, 3392, 3488, 3584, 3680, 3776, 3872, 3968, 4064, 4160, 4256, 4352, 4448, 4544, 4640, 4736, 4832, 4928, 5024, 5120, 5216, 5312, 5408, 5504, 5600, 5696, 5792, 5888, 5984, 6080, 6176, 6272, 6368, 6464, 6560, 6656, 6752, 6848, 6944, 7040, 7136, 7232, 7328, 7424, 7520, 7616, 7712, 7808, 7904, 8000, 8096, 8192, 8288, 8384, 8480, 8576, 8672, 8768, 8864, 8960, 9056, 9152, 9248, 9344, 9440, 9536, 9632, 9728, 9824, 9920, 10016, 10112, 10208, 10304, 10400, 10496, 10592, 10688, 10784, 10880, 10976, 11072, 11168, 11264, 11360, 11456, 11552, 11648, 11744, 11840, 11936, 12032, 12128, 12224, 12320, 12416, 12512, 12608, 12704, 12800, 12896, 12992, 13088, 13184, 13280, 13376, 13472, 13568, 13664, 13760, 13856, 13952, 14048, 14144, 14240, 14336, 14432, 14528, 14624, 14720, 14816, 14912, 15008, 15104, 15200, 15296, 15392, 15488, 15584, 15680, 15776, 15872, 15968, 16064, 16160, 16256, 16352, 16448, 16544, 16640, 16736, 16832, 16928, 17024, 17120, 17216, 17312, 17408, 17504, 17600, 17696, 17792, 17888, 17984, 18080, 18176, 18272, 18368, 18464, 18560, 18656, 18752, 18848, 18944, 19040, 19136, 19232, 19328, 19424, 19520, 19616, 19712, 19808, 19904, 20000, 20096, 20192, 20288, 20384, 20480, 20576, 20672, 20768, 20864, 20960, 21056, 21152, 21248, 21344, 21440, 21536, 21632, 21728, 21824, 21920, 22016, 22112, 22208, 22304, 22400, 22496, 22592, 22688, 22784, 22880, 22976, 23072, 23168, 23264, 23360, 23456, 23552, 23648, 23744, 23840, 23936, 24032, 24128, 24224, 24320, 24416, 24512, 40, 136, 232, 328, 424, 520, 616, 712, 808, 904, 1000, 1096, 1192, 1288, 1384, 1480, 1576, 1672, 1768, 1864, 1960, 2056, 2152, 2248, 2344, 2440, 2536, 2632, 2728, 2824, 2920, 3016, 3112, 3208, 3304, 3400, 3496, 3592, 3688, 3784, 3880, 3976, 4072, 4168, 4264, 4360, 4456, 4552, 4648, 4744, 4840, 4936, 5032, 5128, 5224, 5320, 5416, 5512, 5608, 5704, 5800, 5896, 5992, 6088, 6184, 6280, 6376, 6472, 6568, 6664, 6760, 6856, 6952, 7048, 7144, 7240, 7336, 7432, 7528, 7624, 7720, 7816, 7912, 8008, 8104, 8200, 8296, 8392, 8488, 8584, 8680, 8776, 8872, 8968, 9064, 9160, 9256, 9352, 9448, 9544, 9640, 9736, 9832, 9928, 10024, 10120, 10216, 10312, 10408, 10504, 10600, 10696, 10792, 10888, 10984, 11080, 11176, 11272, 11368, 11464, 11560, 11656, 11752, 11848, 11944, 12040, 12136, 12232, 12328, 12424, 12520, 12616, 12712, 12808, 12904, 13000, 13096, 13192, 13288, 13384, 13480, 13576, 13672, 13768, 13864, 13960, 14056, 14152, 14248, 14344, 14440, 14536, 14632, 14728, 14824, 14920, 15016, 15112, 15208, 15304, 15400, 15496, 15592, 15688, 15784, 15880, 15976, 16072, 16168, 16264, 16360, 16456, 16552, 16648, 16744, 16840, 16936, 17032, 17128, 17224, 17320, 17416, 17512, 17608, 17704, 17800, 17896, 17992, 18088, 18184, 18280, 18376, 18472, 18568, 18664, 18760, 18856, 18952, 19048, 19144, 19240, 19336, 19432, 19528, 19624, 19720, 19816, 19912, 20008, 20104, 20200, 20296, 20392, 20488, 20584, 20680, 20776, 20872, 20968, 21064, 21160, 21256, 21352, 21448, 21544, 21640, 21736, 21832, 21928, 22024, 22120, 22216, 22312, 22408, 22504, 22600, 22696, 22792, 22888, 22984, 23080, 23176, 23272, 23368, 23464, 23560, 23656, 23752, 23848, 23944, 24040, 24136, 24232, 24328, 24424, 24520, 48, 144, 240, 336, 432, 528, 624, 720, 816, 912, 1008, 1104, 1200, 1296, 1392, 1488, 1584, 1680, 1776, 1872, 1968, 2064, 2160, 2256, 2352, 2448, 2544, 2640, 2736, 2832, 2928, 3024, 3120, 3216, 3312, 3408, 3504, 3600, 3696, 3792, 3888, 3984, 4080, 4176, 4272, 4368, 4464, 4560, 4656, 4752, 4848, 4944, 5040, 5136, 5232, 5328, 5424, 5520, 5616, 5712, 5808, 5904, 6000, 6096, 6192, 6288, 6384, 6480, 6576, 6672, 6768, 6864, 6960, 7056, 7152, 7248, 7344, 7440, 7536, 7632, 7728, 7824, 7920, 8016, 8112, 8208, 8304, 8400, 8496, 8592, 8688, 8784, 8880, 8976, 9072, 9168, 9264, 9360, 9456, 9552, 9648, 9744, 9840, 9936, 10032, 10128, 10224, 10320, 10416, 10512, 10608, 10704, 10800, 10896, 10992, 11088, 11184, 11280, 11376, 11472, 11568, 11664, 11760, 11856, 11952, 12048, 12144, 12240, 12336, 12432, 12528, 12624, 12720, 12816, 12912, 13008, 13104, 13200, 13296, 13392, 13488, 13584, 13680, 13776, 13872, 13968, 14064, 14160, 14256, 14352, 14448, 14544, 14640, 14736, 14832, 14928, 15024, 15120, 15216, 15312, 15408, 15504, 15600, 15696, 15792, 15888, 15984, 16080, 16176, 16272, 16368, 16464, 16560, 16656, 16752, 16848, 16944, 17040, 17136, 17232, 17328, 17424, 17520, 17616, 17712, 17808, 17904, 18000, 18096, 18192, 18288, 18384, 18480, 18576, 18672, 18768, 18864, 18960, 19056, 19152, 19248, 19344, 19440, 19536, 19632, 19728, 19824, 19920, 20016, 20112, 20208, 20304, 20400, 20496, 20592, 20688, 20784, 20880, 20976, 21072, 21168, 21264, 21360, 21456, 21552, 21648, 21744, 21840, 21936, 22032, 22128, 22224, 22320, 22416, 22512, 22608, 22704, 22800, 22896, 22992, 23088, 23184, 23280, 23376, 23472, 23568, 23664, 23760, 23856, 23952, 24048, 24144, 24240, 24336, 24432, 24528, 56, 152, 248, 344, 440, 536, 632, 728, 824, 920, 1016, 1112, 1208, 1304, 1400, 1496, 1592, 1688, 1784, 1880, 1976, 2072, 2168, 2264, 2360, 2456, 2552, 2648, 2744, 2840, 2936, 3032, 3128, 3224, 3320, 3416, 3512, 3608, 3704, 3800, 3896, 3992, 4088, 4184, 4280, 4376, 4472, 4568, 4664, 4760, 4856, 4952, 5048, 5144, 5240, 5336, 5432, 5528, 5624, 5720, 5816, 5912, 6008, 6104, 6200, 6296, 6392, 6488, 6584, 6680, 6776, 6872, 6968, 7064, 7160, 7256, 7352, 7448, 7544, 7640, 7736, 7832, 7928, 8024, 8120, 8216, 8312, 8408, 8504, 8600, 8696, 8792, 8888, 8984, 9080, 9176, 9272, 9368, 9464, 9560, 9656, 9752, 9848, 9944, 10040, 10136, 10232, 10328, 10424, 10520, 10616, 10712, 10808, 10904, 11000, 11096, 11192, 11288, 11384, 11480, 11576, 11672, 11768, 11864, 11960, 12056, 12152, 12248, 12344, 12440, 12536, 12632, 12728, 12824, 12920, 13016, 13112, 13208, 13304, 13400, 13496, 13592, 13688, 13784, 13880, 13976, 14072, 14168, 14264, 14360, 14456, 14552, 14648, 14744, 14840, 14936, 15032, 15128, 15224, 15320, 15416, 15512, 15608, 15704, 15800, 15896, 15992, 16088, 16184, 16280, 16376, 16472, 16568, 16664, 16760, 16856, 16952, 17048, 17144, 17240, 17336, 17432, 17528, 17624, 17720, 17816, 17912, 18008, 18104, 18200, 18296, 18392, 18488, 18584, 18680, 18776, 18872, 18968, 19064, 19160, 19256, 19352, 19448, 19544, 19640, 19736, 19832, 19928, 20024, 20120, 20216, 20312, 20408, 20504, 20600, 20696, 20792, 20888, 20984, 21080, 21176, 21272, 21368, 21464, 21560, 21656, 21752, 21848, 21944, 22040, 22136, 22232, 22328, 22424, 22520, 22616, 22712, 22808, 22904, 23000, 23096, 23192, 23288, 23384, 23480, 23576, 23672, 23768, 23864, 23960, 24056, 24152, 24248, 24344, 24440, 24536, 64, 160, 256, 352, 448, 544, 640, 736, 832, 928, 1024, 1120, 1216, 1312, 1408, 1504, 1600, 1696, 1792, 1888, 1984, 2080, 2176, 2272, 2368, 2464, 2560, 2656, 2752, 2848, 2944, 3040, 3136, 3232, 3328, 3424, 3520, 3616, 3712, 3808, 3904, 4000, 4096, 4192, 4288, 4384, 4480, 4576, 4672, 4768, 4864, 4960, 5056, 5152, 5248, 5344, 5440, 5536, 5632, 5728, 5824, 5920, 6016, 6112, 6208, 6304, 6400, 6496, 6592, 6688, 6784, 6880, 6976, 7072, 7168, 7264, 7360, 7456, 7552, 7648, 7744, 7840, 7936, 8032, 8128, 8224, 8320, 8416, 8512, 8608, 8704, 8800, 8896, 8992, 9088, 9184, 9280, 9376, 9472, 9568, 9664, 9760, 9856, 9952, 10048, 10144, 10240, 10336, 10432, 10528, 10624, 10720, 10816, 10912, 11008, 11104, 11200, 11296, 11392, 11488, 11584, 11680, 11776, 11872, 11968, 12064, 12160, 12256, 12352, 12448, 12544, 12640, 12736, 12832, 12928, 13024, 13120, 13216, 13312, 13408, 13504, 13600, 13696, 13792, 13888, 13984, 14080, 14176, 14272, 14368, 14464, 14560, 14656, 14752, 14848, 14944, 15040, 15136, 15232, 15328, 15424, 15520, 15616, 15712, 15808, 15904, 16000, 16096, 16192, 16288, 16384, 16480, 16576, 16672, 16768, 16864, 16960, 17056, 17152, 17248, 17344, 17440, 17536, 17632, 17728, 17824, 17920, 18016, 18112, 18208, 18304, 18400, 18496, 18592, 18688, 18784, 18880, 18976, 19072, 19168, 19264, 19360, 19456, 19552, 19648, 19744, 19840, 19936, 20032, 20128, 20224, 20320, 20416, 20512, 20608, 20704, 20800, 20896, 20992, 21088, 21184, 21280, 21376, 21472, 21568, 21664, 21760, 21856, 21952, 22048, 22144, 22240, 22336, 22432, 22528, 22624, 22720, 22816, 22912, 23008, 23104, 23200, 23296, 23392, 23488, 23584, 23680, 23776, 23872, 23968, 24064, 24160, 24256, 24352, 24448, 24544, 72, 168, 264, 360, 456, 552, 648, 744, 840, 936, 1032, 1128, 1224, 1320, 1416, 1512, 1608, 1704, 1800, 1896, 1992, 2088, 2184, 2280, 2376, 2472, 2568, 2664, 2760, 2856, 2952, 3048, 3144, 3240, 3336, 3432, 3528, 3624, 3720, 3816, 3912, 4008, 4104, 4200, 4296, 4392, 4488, 4584, 4680, 4776, 4872, 4968, 5064, 5160, 5256, 5352, 5448, 5544, 5640, 5736, 5832, 5928, 6024, 6120, 6216, 6312, 6408, 6504, 6600, 6696, 6792, 6888, 6984, 7080, 7176, 7272, 7368, 7464, 7560, 7656, 7752, 7848, 7944, 8040, 8136, 8232, 8328, 8424, 8520, 8616, 8712, 8808, 8904, 9000, 9096, 9192, 9288, 9384, 9480, 9576, 9672, 9768, 9864, 9960, 10056, 10152, 10248, 10344, 10440, 10536, 10632, 10728, 10824, 10920, 11016, 11112, 11208, 11304, 11400, 11496, 11592, 11688, 11784, 11880, 11976, 12072, 12168, 12264, 12360, 12456, 12552, 12648, 12744, 12840, 12936, 13032, 13128, 13224, 13320, 13416, 13512, 13608, 13704, 13800, 13896, 13992, 14088, 14184, 14280, 14376, 14472, 14568, 14664, 14760, 14856, 14952, 15048, 15144, 15240, 15336, 15432, 15528, 15624, 15720, 15816, 15912, 16008, 16104, 16200, 16296, 16392, 16488, 16584, 16680, 16776, 16872, 16968, 17064, 17160, 17256, 17352, 17448, 17544, 17640, 17736, 17832, 17928, 18024, 18120, 18216, 18312, 18408, 18504, 18600, 18696, 18792, 18888, 18984, 19080, 19176, 19272, 19368, 19464, 19560, 19656, 19752, 19848, 19944, 20040, 20136, 20232, 20328, 20424, 20520, 20616, 20712, 20808, 20904, 21000, 21096, 21192, 21288, 21384, 21480, 21576, 21672, 21768, 21864, 21960, 22056, 22152, 22248, 22344, 22440, 22536, 22632, 22728, 22824, 22920, 23016, 23112, 23208, 23304, 23400, 23496, 23592, 23688, 23784, 23880, 23976, 24072, 24168, 24264, 24360, 24456, 24552, 80, 176, 272, 368, 464, 560, 656, 752, 848, 944, 1040, 1136, 1232, 1328, 1424, 1520, 1616, 1712, 1808, 1904, 2000, 2096, 2192, 2288, 2384, 2480, 2576, 2672, 2768, 2864, 2960, 3056, 3152, 3248, 3344, 3440, 3536, 3632, 3728, 3824, 3920, 4016, 4112, 4208, 4304, 4400, 4496, 4592, 4688, 4784, 4880, 4976, 5072, 5168, 5264, 5360, 5456, 5552, 5648, 5744, 5840, 5936, 6032, 6128, 6224, 6320, 6416, 6512, 6608, 6704, 6800, 6896, 6992, 7088, 7184, 7280, 7376, 7472, 7568, 7664, 7760, 7856, 7952, 8048, 8144, 8240, 8336, 8432, 8528, 8624, 8720, 8816, 8912, 9008, 9104, 9200, 9296, 9392, 9488, 9584, 9680, 9776, 9872, 9968, 10064, 10160, 10256, 10352, 10448, 10544, 10640, 10736, 10832, 10928, 11024, 11120, 11216, 11312, 11408, 11504, 11600, 11696, 11792, 11888, 11984, 12080, 12176, 12272, 12368, 12464, 12560, 12656, 12752, 12848, 12944, 13040, 13136, 13232, 13328, 13424, 13520, 13616, 13712, 13808, 13904, 14000, 14096, 14192, 14288, 14384, 14480, 14576, 14672, 14768, 14864, 14960, 15056, 15152, 15248, 15344, 15440, 15536, 15632, 15728, 15824, 15920, 16016, 16112, 16208, 16304, 16400, 16496, 16592, 16688, 16784, 16880, 16976, 17072, 17168, 17264, 17360, 17456, 17552, 17648, 17744, 17840, 17936, 18032, 18128, 18224, 18320, 18416, 18512, 18608, 18704, 18800, 18896, 18992, 19088, 19184, 19280, 19376, 19472, 19568, 19664, 19760, 19856, 19952, 20048, 20144, 20240, 20336, 20432, 20528, 20624, 20720, 20816, 20912, 21008, 21104, 21200, 21296, 21392, 21488, 21584, 21680, 21776, 21872, 21968, 22064, 22160, 22256, 22352, 22448, 22544, 22640, 22736, 22832, 22928, 23024, 23120, 23216, 23312, 23408, 23504, 23600, 23696, 23792, 23888, 23984, 24080, 24176, 24272, 24368, 24464, 24560, 88, 184, 280, 376, 472, 568, 664, 760, 856, 952, 1048, 1144, 1240, 1336, 1432, 1528, 1624, 1720, 1816, 1912, 2008, 2104, 2200, 2296, 2392, 2488, 2584, 2680, 2776, 2872, 2968, 3064, 3160, 3256, 3352, 3448, 3544, 3640, 3736, 3832, 3928, 4024, 4120, 4216, 4312, 4408, 4504, 4600, 4696, 4792, 4888, 4984, 5080, 5176, 5272, 5368, 5464, 5560, 5656, 5752, 5848, 5944, 6040, 6136, 6232, 6328, 6424, 6520, 6616, 6712, 6808, 6904, 7000, 7096, 7192, 7288, 7384, 7480, 7576, 7672, 7768, 7864, 7960, 8056, 8152, 8248, 8344, 8440, 8536, 8632, 8728, 8824, 8920, 9016, 9112, 9208, 9304, 9400, 9496, 9592, 9688, 9784, 9880, 9976, 10072, 10168, 10264, 10360, 10456, 10552, 10648, 10744, 10840, 10936, 11032, 11128, 11224, 11320, 11416, 11512, 11608, 11704, 11800, 11896, 11992, 12088, 12184, 12280, 12376, 12472, 12568, 12664, 12760, 12856, 12952, 13048, 13144, 13240, 13336, 13432, 13528, 13624, 13720, 13816, 13912, 14008, 14104, 14200, 14296, 14392, 14488, 14584, 14680, 14776, 14872, 14968, 15064, 15160, 15256, 15352, 15448, 15544, 15640, 15736, 15832, 15928, 16024, 16120, 16216, 16312, 16408, 16504, 16600, 16696, 16792, 16888, 16984, 17080, 17176, 17272, 17368, 17464, 17560, 17656, 17752, 17848, 17944, 18040, 18136, 18232, 18328, 18424, 18520, 18616, 18712, 18808, 18904, 19000, 19096, 19192, 19288, 19384, 19480, 19576, 19672, 19768, 19864, 19960, 20056, 20152, 20248, 20344, 20440, 20536, 20632, 20728, 20824, 20920, 21016, 21112, 21208, 21304, 21400, 21496, 21592, 21688, 21784, 21880, 21976, 22072, 22168, 22264, 22360, 22456, 22552, 22648, 22744, 22840, 22936, 23032, 23128, 23224, 23320, 23416, 23512, 23608, 23704, 23800, 23896, 23992, 24088, 24184, 24280, 24376, 24472, 24568};
    for (int j = 0; j < 3072; j += TNCC_COLUMNS(3072)) {
        const int some = 3072 - j < TNCC_COLUMNS(3072) ? 3072 - j : TNCC_COLUMNS(3072);
        for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 8; ++k0) {
                const real *from = in1 + k0 + k1 * 24576;
                real *row = to + (k0 * 8 + k1) * TNCC_COLUMNS(3072);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(3072); ++lane)
                    row[lane] = 0;
            }
        to += 64 * TNCC_COLUMNS(3072);
    }
}

/* y:1:2 */
TNCC_STEP void MPO_forward0_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 3072, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 12, .bk0 = TNCC_COLUMNS(3072), .apart = 1};
    for (ptrdiff_t j = 0; j < 3072 / TNCC_COLUMNS(3072); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + j * 64 * TNCC_COLUMNS(3072), out + i0 * 36864 + j * TNCC_COLUMNS(3072), 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + 3072 / TNCC_COLUMNS(3072) * 64 * TNCC_COLUMNS(3072), out + i0 * 36864 + 3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072), 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

/* y:1, result 0 */
struct MPO_forward0_each1_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void MPO_forward0_each1_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward0_each1_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 3072 + (row + i / base) * 16 + (column + j)) = (sum + *(at->in1 + (row + i / base) * 16 + (column + j)));
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

static void MPO_forward0_pack(const MPO_weights *weights, real *constant, real *scratch)
{
    MPO_forward0_pack0(constant + 196608, weights->A_2);
    MPO_forward0_pack0(constant + 199680, weights->bias);
    MPO_forward0_pack2(scratch, weights->A_0);
    MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
    MPO_forward0_pack4(constant, scratch + 1536);
    (void)weights, (void)constant, (void)scratch;
}

static void MPO_forward0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? share : 3;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 198160;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_forward0_each0(scratch, in0, constant, count);
            MPO_forward0_each1(out0, constant + 199680, scratch, constant + 196608, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_forward1_pack1(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 96; j += TNCC_COLUMNS(96)) {
        const int some = 96 - j < TNCC_COLUMNS(96) ? 96 - j : TNCC_COLUMNS(96);
        for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
            const real *from = in1 + k0;
            real *row = to + k0 * TNCC_COLUMNS(96);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[(j + lane) * 16];
            for (int lane = some; lane < TNCC_COLUMNS(96); ++lane)
                row[lane] = 0;
        }
        to += 16 * TNCC_COLUMNS(96);
    }
}

/* y:1:2 */
TNCC_STEP void MPO_forward1_pack3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 192, .a1 = 1, .b1 = 0, .c1 = 12288, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 16, .ak0 = 192, .bk0 = 96, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 128; ++i0) {
        for (ptrdiff_t j = 0; j < 96 / TNCC_COLUMNS(96); ++j)
            tncc_tiles(s, TNCC_COLUMNS(96), in1, in2 + i0 * 1536 + j * TNCC_COLUMNS(96), out + i0 * 96 + j * TNCC_COLUMNS(96), 0, (int)(j * TNCC_COLUMNS(96)));
        if (96 % TNCC_COLUMNS(96))
            tncc_tiles(s, 96 % TNCC_COLUMNS(96), in1, in2 + i0 * 1536 + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), out + i0 * 96 + 96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96), 0, (int)(96 / TNCC_COLUMNS(96) * TNCC_COLUMNS(96)));
    }
}

TNCC_STEP void MPO_forward1_pack4(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 12288, 24576, 36864, 49152, 61440, 73728, 86016, 98304, 110592, 122880, 135168, 147456, 159744, 172032, 184320, 96, 12384, 24672, 36960, 49248, 61536, 73824, 86112, 98400, 110688, 122976, 135264, 147552, 159840, 172128, 184416, 192, 12480, 24768, 37056, 49344, 61632, 73920, 86208, 98496, 110784, 123072, 135360, 147648, 159936, 172224, 184512, 288, 12576, 24864, 37152, 49440, 61728, 74016, 86304, 98592, 110880, 123168, 135456, 147744, 160032, 172320, 184608, 384, 12672, 24960, 37248, 49536, 61824, 74112, 86400, 98688, 110976, 123264, 135552, 147840, 160128, 172416, 184704, 480, 12768, 25056, 37344, 49632, 61920, 74208, 86496, 98784, 111072, 123360, 135648, 147936, 160224, 172512, 184800, 576, 12864, 25152, 37440, 49728, 62016, 74304, 86592, 98880, 111168, 123456, 135744, 148032, 160320, 172608, 184896, 672, 12960, 25248, 37536, 49824, 62112, 74400, 86688, 98976, 111264, 123552, 135840, 148128, 160416, 172704, 184992, 768, 13056, 25344, 37632, 49920, 62208, 74496, 86784, 99072, 111360, 123648, 135936, 148224, 160512, 172800, 185088, 864, 13152, 25440, 37728, 50016, 62304, 74592, 86880, 99168, 111456, 123744, 136032, 148320, 160608, 172896, 185184, 960, 13248, 25536, 37824, 50112, 62400, 74688, 86976, 99264, 111552, 123840, 136128, 148416, 160704, 172992, 185280, 1056, 13344, 25632, 37920, 50208, 62496, 74784, 87072, 99360, 111648, 123936, 136224, 148512, 160800, 173088, 185376, 1152, 13440, 25728, 38016, 50304, 62592, 74880, 87168, 99456, 111744, 124032, 136320, 148608, 160896, 173184, 185472, 1248, 13536, 25824, 38112, 50400, 62688, 74976, 87264, 99552, 111840, 124128, 136416, 148704, 160992, 173280, 185568, 1344, 13632, 25920, 38208, 50496, 62784, 75072, 87360, 99648, 111936, 124224, 136512, 148800, 161088, 173376, 185664, 1440, 13728, 26016, 38304, 50592, 62880, 75168, 87456, 99744, 112032, 124320, 136608, 148896, 161184, 173472, 185760, 1, 12289, 24577, 36865, 49153, 61441, 73729, 86017, 98305, 110593, 122881, 135169, 147457, 159745, 172033, 184321, 97, 12385, 24673, 36961, 49249, 61537, 73825, 86113, 98401, 110689, 122977, 135265, 147553, 159841, 172129, 184417, 193, 12481, 24769, 37057, 49345, 61633, 73921, 86209, 98497, 110785, 123073, 135361, 147649, 159937, 172225, 184513, 289, 12577, 24865, 37153, 49441, 61729, 74017, 86305, 98593, 110881, 123169, 135457, 147745, 160033, 172321, 184609, 385, 12673, 24961, 37249, 49537, 61825, 74113, 86401, 98689, 110977, 123265, 135553, 147841, 160129, 172417, 184705, 481, 12769, 25057, 37345, 49633, 61921, 74209, 86497, 98785, 111073, 123361, 135649, 147937, 160225, 172513, 184801, 577, 12865, 25153, 37441, 49729, 62017, 74305, 86593, 98881, 111169, 123457, 135745, 148033, 160321, 172609, 184897, 673, 12961, 25249, 37537, 49825, 62113, 74401, 86689, 98977, 111265, 123553, 135841, 148129, 160417, 172705, 184993, 769, 13057, 25345, 37633, 49921, 62209, 74497, 86785, 99073, 111361, 123649, 135937, 148225, 160513, 172801, 185089, 865, 13153, 25441, 37729, 50017, 62305, 74593, 86881, 99169, 111457, 123745, 136033, 148321, 160609, 172897, 185185, 961, 13249, 25537, 37825, 50113, 62401, 74689, 86977, 99265, 111553, 123841, 136129, 148417, 160705, 172993, 185281, 1057, 13345, 25633, 37921, 50209, 62497, 74785, 87073, 99361, 111649, 123937, 136225, 148513, 160801, 173089, 185377, 1153, 13441, 25729, 38017, 50305, 62593, 74881, 87169, 99457, 111745, 124033, 136321, 148609, 160897, 173185, 185473, 1249, 13537, 25825, 38113, 50401, 62689, 74977, 87265, 99553, 111841, 124129, 136417, 148705, 160993, 173281, 185569, 1345, 13633, 25921, 38209, 50497, 62785, 75073, 87361, 99649, 111937, 124225, 136513, 148801, 161089, 173377, 185665, 1441, 13729, 26017, 38305, 50593, 62881, 75169, 87457, 99745, 112033, 124321, 136609, 148897, 161185, 173473, 185761, 2, 12290, 24578, 36866, 49154, 61442, 73730, 86018, 98306, 110594, 122882, 135170, 147458, 159746, 172034, 184322, 98, 12386, 24674, 36962, 49250, 61538, 73826, 86114, 98402, 110690, 122978, 135266, 147554, 159842, 172130, 184418, 194, 12482, 24770, 37058, 49346, 61634, 73922, 86210, 98498, 110786, 123074, 135362, 147650, 159938, 172226, 184514, 290, 12578, 24866, 37154, 49442, 61730, 74018, 86306, 98594, 110882, 123170, 135458, 147746, 160034, 172322, 184610, 386, 12674, 24962, 37250, 49538, 61826, 74114, 86402, 98690, 110978, 123266, 135554, 147842, 160130, 172418, 184706, 482, 12770, 25058, 37346, 49634, 61922, 74210, 86498, 98786, 111074, 123362, 135650, 147938, 160226, 172514, 184802, 578, 12866, 25154, 37442, 49730, 62018, 74306, 86594, 98882, 111170, 123458, 135746, 148034, 160322, 172610, 184898, 674, 12962, 25250, 37538, 49826, 62114, 74402, 86690, 98978, 111266, 123554, 135842, 148130, 160418, 172706, 184994, 770, 13058, 25346, 37634, 49922, 62210, 74498, 86786, 99074, 111362, 123650, 135938, 148226, 160514, 172802, 185090, 866, 13154, 25442, 37730, 50018, 62306, 74594, 86882, 99170, 111458, 123746, 136034, 148322, 160610, 172898, 185186, 962, 13250, 25538, 37826, 50114, 62402, 74690, 86978, 99266, 111554, 123842, 136130, 148418, 160706, 172994, 185282, 1058, 13346, 25634, 37922, 50210, 62498, 74786, 87074, 99362, 111650, 123938, 136226, 148514, 160802, 173090, 185378, 1154, 13442, 25730, 38018, 50306, 62594, 74882, 87170, 99458, 111746, 124034, 136322, 148610, 160898, 173186, 185474, 1250, 13538, 25826, 38114, 50402, 62690, 74978, 87266, 99554, 111842, 124130, 136418, 148706, 160994, 173282, 185570, 1346, 13634, 25922, 38210, 50498, 62786, 75074, 87362, 99650, 111938, 124226, 136514, 148802, 161090, 173378, 185666, 1442, 13730, 26018, 38306, 50594, 62882, 75170, 87458, 99746, 112034, 124322, 136610, 148898, 161186, 173474, 185762, 3, 12291, 24579, 36867, 49155, 61443, 73731, 86019, 98307, 110595, 122883, 135171, 147459, 159747, 172035, 184323, 99, 12387, 24675, 36963, 49251, 61539, 73827, 86115, 98403, 110691, 122979, 135267, 147555, 159843, 172131, 184419, 195, 12483, 24771, 37059, 49347, 61635, 73923, 86211, 98499, 110787, 123075, 135363, 147651, 159939, 172227, 184515, 291, 12579, 24867, 37155, 49443, 61731, 74019, 86307, 98595, 110883, 123171, 135459, 147747, 160035, 172323, 184611, 387, 12675, 24963, 37251, 49539, 61827, 74115, 86403, 98691, 110979, 123267, 135555, 147843, 160131, 172419, 184707, 483, 12771, 25059, 37347, 49635, 61923, 74211, 86499, 98787, 111075, 123363, 135651, 147939, 160227, 172515, 184803, 579, 12867, 25155, 37443, 49731, 62019, 74307, 86595, 98883, 111171, 123459, 135747, 148035, 160323, 172611, 184899, 675, 12963, 25251, 37539, 49827, 62115, 74403, 86691, 98979, 111267, 123555, 135843, 148131, 160419, 172707, 184995, 771, 13059, 25347, 37635, 49923, 62211, 74499, 86787, 99075, 111363, 123651, 135939, 148227, 160515, 172803, 185091, 867, 13155, 25443, 37731, 50019, 62307, 74595, 86883, 99171, 111459, 123747, 136035, 148323, 160611, 172899, 185187, 963, 13251, 25539, 37827, 50115, 62403, 74691, 86979, 99267, 111555, 123843, 136131, 148419, 160707, 172995, 185283, 1059, 13347, 25635, 37923, 50211, 62499, 74787, 87075, 99363, 111651, 123939, 136227, 148515, 160803, 173091, 185379, 1155, 13443, 25731, 38019, 50307, 62595, 74883, 87171, 99459, 111747, 124035, 136323, 148611, 160899, 173187, 185475, 1251, 13539, 25827, 38115, 50403, 62691, 74979, 87267, 99555, 111843, 124131, 136419, 148707, 160995, 173283, 185571, 1347, 13635, 25923, 38211, 50499, 62787, 75075, 87363, 99651, 111939, 124227, 136515, 148803, 161091, 173379, 185667, 1443, 13731, 26019, 38307, 50595, 62883, 75171, 87459, 99747, 112035, 124323, 136611, 148899, 161187, 173475, 185763, 4, 12292, 24580, 36868, 49156, 61444, 73732, 86020, 98308, 110596, 122884, 135172, 147460, 159748, 172036, 184324, 100, 12388, 24676, 36964, 49252, 61540, 73828, 86116, 98404, 110692, 122980, 135268, 147556, 159844, 172132, 184420, 196, 12484, 24772, 37060, 49348, 61636, 73924, 86212, 98500, 110788, 123076, 135364, 147652, 159940, 172228, 184516, 292, 12580, 24868, 37156, 49444, 61732, 74020, 86308, 98596, 110884, 123172, 135460, 147748, 160036, 172324, 184612, 388, 12676, 24964, 37252, 49540, 61828, 74116, 86404, 98692, 110980, 123268, 135556, 147844, 160132, 172420, 184708, 484, 12772, 25060, 37348, 49636, 61924, 74212, 86500, 98788, 111076, 123364, 135652, 147940, 160228, 172516, 184804, 580, 12868, 25156, 37444, 49732, 62020, 74308, 86596, 98884, 111172, 123460, 135748, 148036, 160324, 172612, 184900, 676, 12964, 25252, 37540, 49828, 62116, 74404, 86692, 98980, 111268, 123556, 135844, 148132, 160420, 172708, 184996, 772, 13060, 25348, 37636, 49924, 62212, 74500, 86788, 99076, 111364, 123652, 135940, 148228, 160516, 172804, 185092, 868, 13156, 25444, 37732, 50020, 62308, 74596, 86884, 99172, 111460, 123748, 136036, 148324, 160612, 172900, 185188, 964, 13252, 25540, 37828, 50116, 62404, 74692, 86980, 99268, 111556, 123844, 136132, 148420, 160708, 172996, 185284, 1060, 13348, 25636, 37924, 50212, 62500, 74788, 87076, 99364, 111652, 123940, 136228, 148516, 160804, 173092, 185380, 1156, 13444, 25732, 38020, 50308, 62596, 74884, 87172, 99460, 111748, 124036, 136324, 148612, 160900, 173188, 185476, 1252, 13540, 25828, 38116, 50404, 62692, 74980, 87268, 99556, 111844, 124132, 136420, 148708, 160996, 173284, 185572, 1348, 13636, 25924, 38212, 50500, 62788, 75076, 87364, 99652, 111940, 124228, 136516, 148804, 161092, 173380, 185668, 1444, 13732, 26020, 38308, 50596, 62884, 75172, 87460, 99748, 112036, 124324, 136612, 148900, 161188, 173476, 185764, 5, 12293, 24581, 36869, 49157, 61445, 73733, 86021, 98309, 110597, 122885, 135173, 147461, 159749, 172037, 184325, 101, 12389, 24677, 36965, 49253, 61541, 73829, 86117, 98405, 110693, 122981, 135269, 147557, 159845, 172133, 184421, 197, 12485, 24773, 37061, 49349, 61637, 73925, 86213, 98501, 110789, 123077, 135365, 147653, 159941, 172229, 184517, 293, 12581, 24869, 37157, 49445, 61733, 74021, 86309, 98597, 110885, 123173, 135461, 147749, 160037, 172325, 184613, 389, 12677, 24965, 37253, 49541, 61829, 74117, 86405, 98693, 110981, 123269, 135557, 147845, 160133, 172421, 184709, 485, 12773, 25061, 37349, 49637, 61925, 74213, 86501, 98789, 111077, 123365, 135653, 147941, 160229, 172517, 184805, 581, 12869, 25157, 37445, 49733, 62021, 74309, 86597, 98885, 111173, 123461, 135749, 148037, 160325, 172613, 184901, 677, 12965, 25253, 37541, 49829, 62117, 74405, 86693, 98981, 111269, 123557, 135845, 148133, 160421, 172709, 184997, 773, 13061, 25349, 37637, 49925, 62213, 74501, 86789, 99077, 111365, 123653, 135941, 148229, 160517, 172805, 185093, 869, 13157, 25445, 37733, 50021, 62309, 74597, 86885, 99173, 111461, 123749, 136037, 148325, 160613, 172901, 185189, 965, 13253, 25541, 37829, 50117, 62405, 74693, 86981, 99269, 111557, 123845, 136133, 148421, 160709, 172997, 185285, 1061, 13349, 25637, 37925, 50213, 62501, 74789, 87077, 99365, 111653, 123941, 136229, 148517, 160805, 173093, 185381, 1157, 13445, 25733, 38021, 50309, 62597, 74885, 87173, 99461, 111749, 124037, 136325, 148613, 160901, 173189, 185477, 1253, 13541, 25829, 38117, 50405, 62693, 74981, 87269, 99557, 111845, 124133, 136421, 148709, 160997, 173285, 185573, 1349, 13637, 25925, 38213, 50501, 62789, 75077, 87365, 99653, 111941, 124229, 136517, 148805, 161093, 173381, 185669, 1445, 13733, 26021, 38309, 50597, 62885, 75173, 87461, 99749, 112037, 124325, 136613, 148901, 161189, 173477, 185765, 6, 12294, 24582, 36870, 49158, 61446, 73734, 86022, 98310, 110598, 122886, 135174, 147462, 159750, 172038, 184326, 102, 12390, 24678, 36966, 49254, 61542, 73830, 86118, 98406, 110694, 122982, 135270, 147558, 159846, 172134, 184422, 198, 12486, 24774, 37062, 49350, 61638, 73926, 86214, 98502, 110790, 123078, 135366, 147654, 159942, 172230, 184518, 294, 12582, 24870, 37158, 49446, 61734, 74022, 86310, 98598, 110886, 123174, 135462, 147750, 160038, 172326, 184614, 390, 12678, 24966, 37254, 49542, 61830, 74118, 86406, 98694, 110982, 123270, 135558, 147846, 160134, 172422, 184710, 486, 12774, 25062, 37350, 49638, 61926, 74214, 86502, 98790, 111078, 123366, 135654, 147942, 160230, 172518, 184806, 582, 12870, 25158, 37446, 49734, 62022, 74310, 86598, 98886, 111174, 123462, 135750, 148038, 160326, 172614, 184902, 678, 12966, 25254, 37542, 49830, 62118, 74406, 86694, 98982, 111270, 123558, 135846, 148134, 160422, 172710, 184998, 774, 13062, 25350, 37638, 49926, 62214, 74502, 86790, 99078, 111366, 123654, 135942, 148230, 160518, 172806, 185094, 870, 13158, 25446, 37734, 50022, 62310, 74598, 86886, 99174, 111462, 123750, 136038, 148326, 160614, 172902, 185190, 966, 13254, 25542, 37830, 50118, 62406, 74694, 86982, 99270, 111558, 123846, 136134, 148422, 160710, 172998, 185286, 1062, 13350, 25638, 37926, 50214, 62502, 74790, 87078, 99366, 111654, 123942, 136230, 148518, 160806, 173094, 185382, 1158, 13446, 25734, 38022, 50310, 62598, 74886, 87174, 99462, 111750, 124038, 136326, 148614, 160902, 173190, 185478, 1254, 13542, 25830, 38118, 50406, 62694, 74982, 87270, 99558, 111846, 124134, 136422, 148710, 160998, 173286, 185574, 1350, 13638, 25926, 38214, 50502, 62790, 75078, 87366, 99654, 111942, 124230, 136518, 148806, 161094, 173382, 185670, 1446, 13734, 26022, 38310, 50598, 62886, 75174, 87462, 99750, 112038, 124326, 136614, 148902, 161190, 173478, 185766, 7, 12295, 24583, 36871, 49159, 61447, 73735, 86023, 98311, 110599, 122887, 135175, 147463, 159751, 172039, 184327, 103, 12391, 24679, 36967, 49255, 61543, 73831, 86119, 98407, 110695, 122983, 135271, 147559, 159847, 172135, 184423, 199, 12487, 24775, 37063, 49351, 61639, 73927, 86215, 98503, 110791, 123079, 135367, 147655, 159943, 172231, 184519, 295, 12583, 24871, 37159, 49447, 61735, 74023, 86311, 98599, 110887, 123175, 135463, 147751, 160039, 172327, 184615, 391, 12679, 24967, 37255, 49543, 61831, 74119, 86407, 98695, 110983, 123271, 135559, 147847, 160135, 172423, 184711, 487, 12775, 25063, 37351, 49639, 61927, 74215, 86503, 98791, 111079, 123367, 135655, 147943, 160231, 172519, 184807, 583, 12871, 25159, 37447, 49735, 62023, 74311, 86599, 98887, 111175, 123463, 135751, 148039, 160327, 172615, 184903, 679, 12967, 25255, 37543, 49831, 62119, 74407, 86695, 98983, 111271, 123559, 135847, 148135, 160423, 172711, 184999, 775, 13063, 25351, 37639, 49927, 62215, 74503, 86791, 99079, 111367, 123655, 135943, 148231, 160519, 172807, 185095, 871, 13159, 25447, 37735, 50023, 62311, 74599, 86887, 99175, 111463, 123751, 136039, 148327, 160615, 172903, 185191, 967, 13255, 25543, 37831, 50119, 62407, 74695, 86983, 99271, 111559, 123847, 136135, 148423, 160711, 172999, 185287, 1063, 13351, 25639, 37927, 50215, 62503, 74791, 87079, 99367, 111655, 123943, 136231, 148519, 160807, 173095, 185383, 1159, 13447, 25735, 38023, 50311, 62599, 74887, 87175, 99463, 111751, 124039, 136327, 148615, 160903, 173191, 185479, 1255, 13543, 25831, 38119, 50407, 62695, 74983, 87271, 99559, 111847, 124135, 136423, 148711, 160999, 173287, 185575, 1351, 13639, 25927, 38215, 50503, 62791, 75079, 87367, 99655, 111943, 124231, 136519, 148807, 161095, 173383, 185671, 1447, 13735, 26023, 38311, 50599, 62887, 75175, 87463, 99751, 112039, 124327, 136615, 148903, 161191, 173479, 185767, 8, 12296, 24584, 36872, 49160, 61448, 73736, 86024, 98312, 110600, 122888, 135176, 147464, 159752, 172040, 184328, 104, 12392, 24680, 36968, 49256, 61544, 73832, 86120, 98408, 110696, 122984, 135272, 147560, 159848, 172136, 184424, 200, 12488, 24776, 37064, 49352, 61640, 73928, 86216, 98504, 110792, 123080, 135368, 147656, 159944, 172232, 184520, 296, 12584, 24872, 37160, 49448, 61736, 74024, 86312, 98600, 110888, 123176, 135464, 147752, 160040, 172328, 184616, 392, 12680, 24968, 37256, 49544, 61832, 74120, 86408, 98696, 110984, 123272, 135560, 147848, 160136, 172424, 184712, 488, 12776, 25064, 37352, 49640, 61928, 74216, 86504, 98792, 111080, 123368, 135656, 147944, 160232, 172520, 184808, 584, 12872, 25160, 37448, 49736, 62024, 74312, 86600, 98888, 111176, 123464, 135752, 148040, 160328, 172616, 184904, 680, 12968, 25256, 37544, 49832, 62120, 74408, 86696, 98984, 111272, 123560, 135848, 148136, 160424, 172712, 185000, 776, 13064, 25352, 37640, 49928, 62216, 74504, 86792, 99080, 111368, 123656, 135944, 148232, 160520, 172808, 185096, 872, 13160, 25448, 37736, 50024, 62312, 74600, 86888, 99176, 111464, 123752, 136040, 148328, 160616, 172904, 185192, 968, 13256, 25544, 37832, 50120, 62408, 74696, 86984, 99272, 111560, 123848, 136136, 148424, 160712, 173000, 185288, 1064, 13352, 25640, 37928, 50216, 62504, 74792, 87080, 99368, 111656, 123944, 136232, 148520, 160808, 173096, 185384, 1160, 13448, 25736, 38024, 50312, 62600, 74888, 87176, 99464, 111752, 124040, 136328, 148616, 160904, 173192, 185480, 1256, 13544, 25832, 38120, 50408, 62696, 74984, 87272, 99560, 111848, 124136, 136424, 148712, 161000, 173288, 185576, 1352, 13640, 25928, 38216, 50504, 62792, 75080, 87368, 99656, 111944, 124232, 136520, 148808, 161096, 173384, 185672, 1448, 13736, 26024, 38312, 50600, 62888, 75176, 87464, 99752, 112040, 124328, 136616, 148904, 161192, 173480, 185768, 9, 12297, 24585, 36873, 49161, 61449, 73737, 86025, 98313, 110601, 122889, 135177, 147465, 159753, 172041, 184329, 105, 12393, 24681, 36969, 49257, 61545, 73833, 86121, 98409, 110697, 122985, 135273, 147561, 159849, 172137, 184425, 201, 12489, 24777, 37065, 49353, 61641, 73929, 86217, 98505, 110793, 123081, 135369, 147657, 159945, 172233, 184521, 297, 12585, 24873, 37161, 49449, 61737, 74025, 86313, 98601, 110889, 123177, 135465, 147753, 160041, 172329, 184617, 393, 12681, 24969, 37257, 49545, 61833, 74121, 86409, 98697, 110985, 123273, 135561, 147849, 160137, 172425, 184713, 489, 12777, 25065, 37353, 49641, 61929, 74217, 86505, 98793, 111081, 123369, 135657, 147945, 160233, 172521, 184809, 585, 12873, 25161, 37449, 49737, 62025, 74313, 86601, 98889, 111177, 123465, 135753, 148041, 160329, 172617, 184905, 681, 12969, 25257, 37545, 49833, 62121, 74409, 86697, 98985, 111273, 123561, 135849, 148137, 160425, 172713, 185001, 777, 13065, 25353, 37641, 49929, 62217, 74505, 86793, 99081, 111369, 123657, 135945, 148233, 160521, 172809, 185097, 873, 13161, 25449, 37737, 50025, 62313, 74601, 86889, 99177, 111465, 123753, 136041, 148329, 160617, 172905, 185193, 969, 13257, 25545, 37833, 50121, 62409, 74697, 86985, 99273, 111561, 123849, 136137, 148425, 160713, 173001, 185289, 1065, 13353, 25641, 37929, 50217, 62505, 74793, 87081, 99369, 111657, 123945, 136233, 148521, 160809, 173097, 185385, 1161, 13449, 25737, 38025, 50313, 62601, 74889, 87177, 99465, 111753, 124041, 136329, 148617, 160905, 173193, 185481, 1257, 13545, 25833, 38121, 50409, 62697, 74985, 87273, 99561, 111849, 124137, 136425, 148713, 161001, 173289, 185577, 1353, 13641, 25929, 38217, 50505, 62793, 75081, 87369, 99657, 111945, 124233, 136521, 148809, 161097, 173385, 185673, 1449, 13737, 26025, 38313, 50601, 62889, 75177, 87465, 99753, 112041, 124329, 136617, 148905, 161193, 173481, 185769, 10, 12298, 24586, 36874, 49162, 61450, 73738, 86026, 98314, 110602, 122890, 135178, 147466, 159754, 172042, 184330, 106, 12394, 24682, 36970, 49258, 61546, 73834, 86122, 98410, 110698, 122986, 135274, 147562, 159850, 172138, 184426, 202, 12490, 24778, 37066, 49354, 61642, 73930, 86218, 98506, 110794, 123082, 135370, 147658, 159946, 172234, 184522, 298, 12586, 24874, 37162, 49450, 61738, 74026, 86314, 98602, 110890, 123178, 135466, 147754, 160042, 172330, 184618, 394, 12682, 24970, 37258, 49546, 61834, 74122, 86410, 98698, 110986, 123274, 135562, 147850, 160138, 172426, 184714, 490, 12778, 25066, 37354, 49642, 61930, 74218, 86506, 98794, 111082, 123370, 135658, 147946, 160234, 172522, 184810, 586, 12874, 25162, 37450, 49738, 62026, 74314, 86602, 98890, 111178, 123466, 135754, 148042, 160330, 172618, 184906, 682, 12970, 25258, 37546, 49834, 62122, 74410, 86698, 98986, 111274, 123562, 135850, 148138, 160426, 172714, 185002, 778, 13066, 25354, 37642, 49930, 62218, 74506, 86794, 99082, 111370, 123658, 135946, 148234, 160522, 172810, 185098, 874, 13162, 25450, 37738, 50026, 62314, 74602, 86890, 99178, 111466, 123754, 136042, 148330, 160618, 172906, 185194, 970, 13258, 25546, 37834, 50122, 62410, 74698, 86986, 99274, 111562, 123850, 136138, 148426, 160714, 173002, 185290, 1066, 13354, 25642, 37930, 50218, 62506, 74794, 87082, 99370, 111658, 123946, 136234, 148522, 160810, 173098, 185386, 1162, 13450, 25738, 38026, 50314, 62602, 74890, 87178, 99466, 111754, 124042, 136330, 148618, 160906, 173194, 185482, 1258, 13546, 25834, 38122, 50410, 62698, 74986, 87274, 99562, 111850, 124138, 136426, 148714, 161002, 173290, 185578, 1354, 13642, 25930, 38218, 50506, 62794, 75082, 87370, 99658, 111946, 124234, 136522, 148810, 161098, 173386, 185674, 1450, 13738, 26026, 38314, 50602, 62890, 75178, 87466, 99754, 112042, 124330, 136618, 148906, 161194, 173482, 185770, 11, 12299, 24587, 36875, 49163, 61451, 73739, 86027, 98315, 110603, 122891, 135179, 147467, 159755, 172043, 184331, 107, 12395, 24683, 36971, 49259, 61547, 73835, 86123, 98411, 110699, 122987, 135275, 147563, 159851, 172139, 184427, 203, 12491, 24779, 37067, 49355, 61643, 73931, 86219, 98507, 110795, 123083, 135371, 147659, 159947, 172235, 184523, 299, 12587, 24875, 37163, 49451, 61739, 74027, 86315, 98603, 110891, 123179, 135467, 147755, 160043, 172331, 184619, 395, 12683, 24971, 37259, 49547, 61835, 74123, 86411, 98699, 110987, 123275, 135563, 147851, 160139, 172427, 184715, 491, 12779, 25067, 37355, 49643, 61931, 74219, 86507, 98795, 111083, 123371, 135659, 147947, 160235, 172523, 184811, 587, 12875, 25163, 37451, 49739, 62027, 74315, 86603, 98891, 111179, 123467, 135755, 148043, 160331, 172619, 184907, 683, 12971, 25259, 37547, 49835, 62123, 74411, 86699, 98987, 111275, 123563, 135851, 148139, 160427, 172715, 185003, 779, 13067, 25355, 37643, 49931, 62219, 74507, 86795, 99083, 111371, 123659, 135947, 148235, 160523, 172811, 185099, 875, 13163, 25451, 37739, 50027, 62315, 74603, 86891, 99179, 111467, 123755, 136043, 148331, 160619, 172907, 185195, 971, 13259, 25547, 37835, 50123, 62411, 74699, 86987, 99275, 111563, 123851, 136139, 148427, 160715, 173003, 185291, 1067, 13355, 25643, 37931, 50219, 62507, 74795, 87083, 99371, 111659, 123947, 136235, 148523, 160811, 173099, 185387, 1163, 13451, 25739, 38027, 50315, 62603, 74891, 87179, 99467, 111755, 124043, 136331, 148619, 160907, 173195, 185483, 1259, 13547, 25835, 38123, 50411, 62699, 74987, 87275, 99563, 111851, 124139, 136427, 148715, 161003, 173291, 185579, 1355, 13643, 25931, 38219, 50507, 62795, 75083, 87371, 99659, 111947, 124235, 136523, 148811, 161099, 173387, 185675, 1451, 13739, 26027, 38315, 50603, 62891, 75179, 87467, 99755, 112043, 124331, 136619, 148907, 161195, 173483, 185771};
    for (int j = 0; j < 3072; j += TNCC_COLUMNS(3072)) {
        const int some = 3072 - j < TNCC_COLUMNS(3072) ? 3072 - j : TNCC_COLUMNS(3072);
        for (ptrdiff_t k2 = 0; k2 < 12; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 8; ++k1)
                for (ptrdiff_t k0 = 0; k0 < 8; k0 += 8) {
                    real block[TNCC_COLUMNS(3072) * 8];
                    const int rows = 8;
                    const real *from = in1 + k0 * 12 + k1 * 1536 + k2 * 196608;
                    real *row = to + (k0 * 96 + k1 * 12 + k2) * TNCC_COLUMNS(3072);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 8 + i] = from[at[j + lane] + i * 12];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * 96 * TNCC_COLUMNS(3072);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 8 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(3072); ++lane)
                            own[lane] = 0;
                    }
                }
        to += 768 * TNCC_COLUMNS(3072);
    }
}

/* y:1, result 0 */
struct MPO_forward1_each0_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; };
static void MPO_forward1_each0_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward1_each0_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + (row + i / base) * 3072 + (column + j)) = (sum + *(at->in1 + (column + j)));
        }
    (void)row, (void)column, (void)base;
}
TNCC_STEP void MPO_forward1_each0(real *out, const real *in1, const real *in2, const real *in3, const ptrdiff_t rows)
{
    struct MPO_forward1_each0_at at = {.out = out, .in1 = in1, .in2 = in2, .in3 = in3, .rows = rows};
    const tncc_shape s = {.rows = rows, .a1 = 768, .b1 = 0, .c1 = 3072, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 768, .ak0 = 1, .bk0 = TNCC_COLUMNS(3072), .apart = 1, .finish = MPO_forward1_each0_finish, .at = &at};
    for (ptrdiff_t j = 0; j < 3072 / TNCC_COLUMNS(3072); ++j)
        tncc_tiles(s, TNCC_COLUMNS(3072), in2, in3 + j * 768 * TNCC_COLUMNS(3072), out, 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072))
        tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in2, in3 + 3072 / TNCC_COLUMNS(3072) * 768 * TNCC_COLUMNS(3072), out, 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

static void MPO_forward1_pack(const MPO_weights *weights, real *constant, real *scratch)
{
    MPO_forward0_pack0(constant + 2359296, weights->bias);
    MPO_forward1_pack1(scratch, weights->A_0);
    MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
    MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536);
    MPO_forward1_pack4(constant, scratch + 198144);
    (void)weights, (void)constant, (void)scratch;
}

static void MPO_forward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? share : 32;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 2557456;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_forward1_each0(out0, constant + 2359296, in0, constant, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_apply0_once0(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 192, 193, 194, 195, 196, 197, 198, 199, 200, 201, 202, 203, 204, 205, 206, 207, 384, 385, 386, 387, 388, 389, 390, 391, 392, 393, 394, 395, 396, 397, 398, 399, 576, 577, 578, 579, 580, 581, 582, 583, 584, 585, 586, 587, 588, 589, 590, 591, 768, 769, 770, 771, 772, 773, 774, 775, 776, 777, 778, 779, 780, 781, 782, 783, 960, 961, 962, 963, 964, 965, 966, 967, 968, 969, 970, 971, 972, 973, 974, 975, 1152, 1153, 1154, 1155, 1156, 1157, 1158, 1159, 1160, 1161, 1162, 1163, 1164, 1165, 1166, 1167, 1344, 1345, 1346, 1347, 1348, 1349, 1350, 1351, 1352, 1353, 1354, 1355, 1356, 1357, 1358, 1359, 1536, 1537, 1538, 1539, 1540, 1541, 1542, 1543, 1544, 1545, 1546, 1547, 1548, 1549, 1550, 1551, 1728, 1729, 1730, 1731, 1732, 1733, 1734, 1735, 1736, 1737, 1738, 1739, 1740, 1741, 1742, 1743, 1920, 1921, 1922, 1923, 1924, 1925, 1926, 1927, 1928, 1929, 1930, 1931, 1932, 1933, 1934, 1935, 2112, 2113, 2114, 2115, 2116, 2117, 2118, 2119, 2120, 2121, 2122, 2123, 2124, 2125, 2126, 2127, 2304, 2305, 2306, 2307, 2308, 2309, 2310, 2311, 2312, 2313, 2314, 2315, 2316, 2317, 2318, 2319, 2496, 2497, 2498, 2499, 2500, 2501, 2502, 2503, 2504, 2505, 2506, 2507, 2508, 2509, 2510, 2511, 2688, 2689, 2690, 2691, 2692, 2693, 2694, 2695, 2696, 2697, 2698, 2699, 2700, 2701, 2702, 2703, 2880, 2881, 2882, 2883, 2884, 2885, 2886, 2887, 2888, 2889, 2890, 2891, 2892, 2893, 2894, 2895};
    for (int j = 0; j < 256; j += TNCC_COLUMNS(256)) {
        const int some = 256 - j < TNCC_COLUMNS(256) ? 256 - j : TNCC_COLUMNS(256);
        for (ptrdiff_t k0 = 0; k0 < 12; ++k0) {
            const real *from = in1 + k0 * 16;
            real *row = to + k0 * TNCC_COLUMNS(256);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[at[j + lane]];
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
TNCC_STEP void MPO_apply0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 4096, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 4096, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
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
static void MPO_apply0_each2_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_apply0_each2_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 16 + at->i1 * 3072 + (row + i / base) * 256 + (column + j)) = (sum + *(at->in1 + at->i0 * 16 + (row + i / base) * 256 + (column + j)));
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

static void MPO_apply0(const ptrdiff_t rows, const real *const *in,
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
    const ptrdiff_t most = share < 2 ? share : 2;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 98320;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_apply0_each0(scratch, in0, shared, count);
            MPO_apply0_each1(scratch + 32768, weights->A_1, scratch, count);
            MPO_apply0_each2(out0, weights->bias, weights->A_0, scratch + 32768, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

/* y:1:2 */
TNCC_STEP void MPO_apply1_each0(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 12, .a1 = 1, .b1 = 0, .c1 = 9216, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 64, .ak0 = 12, .bk0 = TNCC_COLUMNS(3072), .apart = 1};
    for (ptrdiff_t j = 0; j < 3072 / TNCC_COLUMNS(3072); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + j * 64 * TNCC_COLUMNS(3072), out + i0 * 3072 + j * TNCC_COLUMNS(3072), 0, (int)(j * TNCC_COLUMNS(3072)));
    if (3072 % TNCC_COLUMNS(3072))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 3072 % TNCC_COLUMNS(3072), in1 + i0 * 768, in2 + 3072 / TNCC_COLUMNS(3072) * 64 * TNCC_COLUMNS(3072), out + i0 * 3072 + 3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072), 0, (int)(3072 / TNCC_COLUMNS(3072) * TNCC_COLUMNS(3072)));
}

/* y:1, result 0 */
struct MPO_apply1_each1_at { real *out; const real *in1; const real *in2; const real *in3; ptrdiff_t rows; ptrdiff_t i0; };
static void MPO_apply1_each1_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_apply1_each1_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 3072 + (row + i / base) * 16 + (column + j)) = (sum + *(at->in1 + (row + i / base) * 16 + (column + j)));
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

static void MPO_apply1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward0_pack2(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward0_pack4(shared, scratch + 1536);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? share : 3;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 198160;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_apply1_each0(scratch, in0, shared, count);
            MPO_apply1_each1(out0, weights->bias, scratch, weights->A_2, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void MPO_apply2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536);
        MPO_forward1_pack4(shared, scratch + 198144);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? share : 32;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 2557456;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_forward1_each0(out0, weights->bias, in0, shared, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_backward0_once0(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < 16; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1) {
                const real *from = in1 + k0 * 192 + k1;
                real *row = to + (k0 * 16 + k1) * TNCC_COLUMNS(12);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 16];
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[lane] = 0;
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
TNCC_STEP void MPO_backward0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 256, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 256, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
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
TNCC_STEP void MPO_backward0_each2(real *out, const real *in1, const ptrdiff_t rows, const int more)
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
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 16; ++k2) {
                    const real *from = in1 + k0 * 3072 + k1 * 16 + k2;
                    real *row = to + (k0 * 256 + k1 * 16 + k2) * TNCC_COLUMNS(12);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 256];
                    for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                        row[lane] = 0;
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
            for (ptrdiff_t k1 = 0; k1 < rows; ++k1)
                for (ptrdiff_t k2 = 0; k2 < 16; ++k2) {
                    const real *from = in1 + k0 * 4096 + k1 * 2048 + k2;
                    real *row = to + (k0 * 16 * rows + k1 * 16 + k2) * TNCC_COLUMNS(128);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 16];
                    for (int lane = some; lane < TNCC_COLUMNS(128); ++lane)
                        row[lane] = 0;
                }
        to += 128 * rows * TNCC_COLUMNS(128);
    }
}

/* A[1]':1 */
TNCC_STEP void MPO_backward0_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 256, .a1 = 16, .b1 = 0, .c1 = 128, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 4096, .bk1 = 16 * TNCC_COLUMNS(128), .k0 = 16, .ak0 = 1, .bk0 = TNCC_COLUMNS(128), .apart = 1};
    for (ptrdiff_t j = 0; j < 128 / TNCC_COLUMNS(128); ++j)
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(128), in1 + k0 * 8192, in2 + k0 * 16 * rows * TNCC_COLUMNS(128) + j * 128 * rows * TNCC_COLUMNS(128), out + j * TNCC_COLUMNS(128), more || k0 > 0, (int)(j * TNCC_COLUMNS(128)));
    if (128 % TNCC_COLUMNS(128))
        for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
            tncc_tiles(s, 128 % TNCC_COLUMNS(128), in1 + k0 * 8192, in2 + k0 * 16 * rows * TNCC_COLUMNS(128) + 128 / TNCC_COLUMNS(128) * 128 * rows * TNCC_COLUMNS(128), out + 128 / TNCC_COLUMNS(128) * TNCC_COLUMNS(128), more || k0 > 0, (int)(128 / TNCC_COLUMNS(128) * TNCC_COLUMNS(128)));
}

/* y:1:1':1 */
TNCC_STEP void MPO_backward0_each8(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 2048, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 16, .ak1 = 2048, .bk1 = 16, .k0 = 16, .ak0 = 16, .bk0 = 256, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
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
TNCC_STEP void MPO_backward0_last0(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 8; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 12; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 192 + i1 * 16 + i2) = *(in1 + i0 * 192 + i1 + i2 * 12);
}

/* result 2 */
TNCC_STEP void MPO_backward0_last1(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 128; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 16; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 256 + i1 * 16 + i2) = *(in1 + i0 * 16 + i1 * 2048 + i2);
}

static void MPO_backward0(const ptrdiff_t rows, const real *const *in,
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
    const ptrdiff_t most = share < 2 ? share : 2;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
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
            MPO_backward0_each1(scratch + 32768, weights->A_1, scratch, count);
            MPO_backward0_each2(total3, in1, count, tile > low);
            MPO_backward0_each3(scratch + 98304, in1, count);
            MPO_backward0_each4(total0, scratch + 32768, scratch + 98304, count, tile > low);
            MPO_backward0_each5(scratch + 32768, weights->A_0, in1, count);
            MPO_backward0_each6(scratch + 98304, scratch, count);
            MPO_backward0_each7(total1, scratch + 32768, scratch + 98304, count, tile > low);
            MPO_backward0_each8(scratch, weights->A_1, scratch + 32768, count);
            MPO_backward0_each9(out0, scratch, shared, count);
            MPO_backward0_each10(total2, in0, scratch, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 1536; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 32768; ++i)
            total1[i] += more[1536 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total2[i] += more[34304 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total3[i] += more[37376 + i];
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
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_backward1_once3(real *out, const real *in1)
{
    real *to = out;
    for (int j = 0; j < 16; j += TNCC_COLUMNS(16)) {
        const int some = 16 - j < TNCC_COLUMNS(16) ? 16 - j : TNCC_COLUMNS(16);
        for (ptrdiff_t k2 = 0; k2 < 8; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                for (ptrdiff_t k0 = 0; k0 < 16; k0 += 16) {
                    real block[TNCC_COLUMNS(16) * 16];
                    const int rows = 16;
                    const real *from = in1 + k0 + k1 * 16 + k2 * 256;
                    real *row = to + (k0 * 128 + k1 * 8 + k2) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 16 + i] = from[(j + lane) * 2048 + i];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * 128 * TNCC_COLUMNS(16);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 16 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                            own[lane] = 0;
                    }
                }
        to += 2048 * TNCC_COLUMNS(16);
    }
}

TNCC_STEP void MPO_backward1_each0(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int at[] = {0, 96, 192, 288, 384, 480, 576, 672, 12, 108, 204, 300, 396, 492, 588, 684, 24, 120, 216, 312, 408, 504, 600, 696, 36, 132, 228, 324, 420, 516, 612, 708, 48, 144, 240, 336, 432, 528, 624, 720, 60, 156, 252, 348, 444, 540, 636, 732, 72, 168, 264, 360, 456, 552, 648, 744, 84, 180, 276, 372, 468, 564, 660, 756};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (int j = 0; j < 64; j += TNCC_COLUMNS(64)) {
            const int some = 64 - j < TNCC_COLUMNS(64) ? 64 - j : TNCC_COLUMNS(64);
            for (ptrdiff_t k0 = 0; k0 < 12; ++k0) {
                const real *from = in1 + i0 * 768 + k0;
                real *row = to + k0 * TNCC_COLUMNS(64);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[at[j + lane]];
                for (int lane = some; lane < TNCC_COLUMNS(64); ++lane)
                    row[lane] = 0;
            }
            to += 12 * TNCC_COLUMNS(64);
        }
}

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
TNCC_STEP void MPO_backward1_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 96, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 16, .ak1 = 1536, .bk1 = 16, .k0 = 12, .ak0 = 1, .bk0 = 256, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0) {
        for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, TNCC_COLUMNS(16), in1 + i1 * 24576 + i2 * 12, in2 + i0 * 3072 + j * TNCC_COLUMNS(16), out + i0 * 16384 + i1 * 256 + i2 * 2048 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
        if (16 % TNCC_COLUMNS(16))
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                for (ptrdiff_t i2 = 0; i2 < 8; ++i2)
                    tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i1 * 24576 + i2 * 12, in2 + i0 * 3072 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16384 + i1 * 256 + i2 * 2048 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
    }
}

/* y:1:2':1 */
TNCC_STEP void MPO_backward1_each4(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 192, .a1 = 16, .b1 = 0, .c1 = 64, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 3072, .bk1 = 64, .k0 = 16, .ak0 = 1, .bk0 = 384, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0) {
        for (ptrdiff_t j = 0; j < 64 / TNCC_COLUMNS(64); ++j)
            tncc_tiles(s, TNCC_COLUMNS(64), in1, in2 + i0 * 6144 + j * TNCC_COLUMNS(64), out + i0 * 12288 + j * TNCC_COLUMNS(64), more, (int)(j * TNCC_COLUMNS(64)));
        if (64 % TNCC_COLUMNS(64))
            tncc_tiles(s, 64 % TNCC_COLUMNS(64), in1, in2 + i0 * 6144 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), out + i0 * 12288 + 64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64), more, (int)(64 / TNCC_COLUMNS(64) * TNCC_COLUMNS(64)));
    }
}

/* x':1 */
TNCC_STEP void MPO_backward1_each5(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 64, .a1 = 256, .b1 = 0, .c1 = 12, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 256, .ak0 = 1, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(12), in1 + i0 * 16384, in2 + j * 256 * TNCC_COLUMNS(12), out + i0 * 768 + j * TNCC_COLUMNS(12), 0, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
            tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1 + i0 * 16384, in2 + 12 / TNCC_COLUMNS(12) * 256 * TNCC_COLUMNS(12), out + i0 * 768 + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), 0, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
}

TNCC_STEP void MPO_backward1_each6(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 64; ++k1) {
                const real *from = in1 + k0 * 768 + k1 * 12;
                real *row = to + (k0 * 64 + k1) * TNCC_COLUMNS(12);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[j + lane];
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[lane] = 0;
            }
        to += 64 * rows * TNCC_COLUMNS(12);
    }
}

/* A[2]':1 */
TNCC_STEP void MPO_backward1_each7(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 256, .a1 = 1, .b1 = 0, .c1 = 12, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = rows, .ak1 = 16384, .bk1 = 64 * TNCC_COLUMNS(12), .k0 = 64, .ak0 = 256, .bk0 = TNCC_COLUMNS(12), .apart = 1};
    for (ptrdiff_t j = 0; j < 12 / TNCC_COLUMNS(12); ++j)
        tncc_tiles(s, TNCC_COLUMNS(12), in1, in2 + j * 64 * rows * TNCC_COLUMNS(12), out + j * TNCC_COLUMNS(12), more, (int)(j * TNCC_COLUMNS(12)));
    if (12 % TNCC_COLUMNS(12))
        tncc_tiles(s, 12 % TNCC_COLUMNS(12), in1, in2 + 12 / TNCC_COLUMNS(12) * 64 * rows * TNCC_COLUMNS(12), out + 12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12), more, (int)(12 / TNCC_COLUMNS(12) * TNCC_COLUMNS(12)));
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
TNCC_STEP void MPO_backward1_last1(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 16, .a1 = 64, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 1024, .bk1 = 16, .k0 = 8, .ak0 = 1, .bk0 = 192, .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 12288 + i1 * 8, in2 + j * TNCC_COLUMNS(16), out + i0 * 2048 + i1 * 256 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 12288 + i1 * 8, in2 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 2048 + i1 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* result 2 */
TNCC_STEP void MPO_backward1_last2(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 128; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 2048 + i1 * 16 + i2) = *(in1 + i0 + i1 * 16 + i2 * 2048);
}

/* result 3 */
TNCC_STEP void MPO_backward1_last3(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 12; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 192 + i1 * 16 + i2) = *(in1 + i0 * 192 + i1 + i2 * 12);
}

static void MPO_backward1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 201808 + 202768;
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
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(shared, weights->A_1, scratch);
        MPO_backward0_once0(shared + 196608, weights->A_2);
        MPO_backward1_once3(shared + 200704, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 6 ? share : 6;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 201808;
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
            MPO_backward1_each3(scratch + 103488, shared, in1, count);
            MPO_backward1_each4(total0, in1, scratch + 5184, count, tile > low);
            MPO_backward1_each5(out0, scratch + 103488, shared + 196608, count);
            MPO_backward1_each6(scratch, in0, count);
            MPO_backward1_each7(total1, scratch + 103488, scratch, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 196608; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total1[i] += more[196608 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total2[i] += more[199680 + i];
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
        if (out1) MPO_backward1_last0(out1, total0, shared + 200704);
        MPO_backward1_last1(scratch, total0, weights->A_0);
        if (out2) MPO_backward1_last2(out2, scratch);
        if (out3) MPO_backward1_last3(out3, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_backward2_once3(real *out, const real *in1)
{
    real *to = out;
    static const int at[] = {0, 196608, 393216, 589824, 786432, 983040, 1179648, 1376256, 1572864, 1769472, 1966080, 2162688, 1536, 198144, 394752, 591360, 787968, 984576, 1181184, 1377792, 1574400, 1771008, 1967616, 2164224, 3072, 199680, 396288, 592896, 789504, 986112, 1182720, 1379328, 1575936, 1772544, 1969152, 2165760, 4608, 201216, 397824, 594432, 791040, 987648, 1184256, 1380864, 1577472, 1774080, 1970688, 2167296, 6144, 202752, 399360, 595968, 792576, 989184, 1185792, 1382400, 1579008, 1775616, 1972224, 2168832, 7680, 204288, 400896, 597504, 794112, 990720, 1187328, 1383936, 1580544, 1777152, 1973760, 2170368, 9216, 205824, 402432, 599040, 795648, 992256, 1188864, 1385472, 1582080, 1778688, 1975296, 2171904, 10752, 207360, 403968, 600576, 797184, 993792, 1190400, 1387008, 1583616, 1780224, 1976832, 2173440, 12, 196620, 393228, 589836, 786444, 983052, 1179660, 1376268, 1572876, 1769484, 1966092, 2162700, 1548, 198156, 394764, 591372, 787980, 984588, 1181196, 1377804, 1574412, 1771020, 1967628, 2164236, 3084, 199692, 396300, 592908, 789516, 986124, 1182732, 1379340, 1575948, 1772556, 1969164, 2165772, 4620, 201228, 397836, 594444, 791052, 987660, 1184268, 1380876, 1577484, 1774092, 1970700, 2167308, 6156, 202764, 399372, 595980, 792588, 989196, 1185804, 1382412, 1579020, 1775628, 1972236, 2168844, 7692, 204300, 400908, 597516, 794124, 990732, 1187340, 1383948, 1580556, 1777164, 1973772, 2170380, 9228, 205836, 402444, 599052, 795660, 992268, 1188876, 1385484, 1582092, 1778700, 1975308, 2171916, 10764, 207372, 403980, 600588, 797196, 993804, 1190412, 1387020, 1583628, 1780236, 1976844, 2173452, 24, 196632, 393240, 589848, 786456, 983064, 1179672, 1376280, 1572888, 1769496, 1966104, 2162712, 1560, 198168, 394776, 591384, 787992, 984600, 1181208, 1377816, 1574424, 1771032, 1967640, 2164248, 3096, 199704, 396312, 592920, 789528, 986136, 1182744, 1379352, 1575960, 1772568, 1969176, 2165784, 4632, 201240, 397848, 594456, 791064, 987672, 1184280, 1380888, 1577496, 1774104, 1970712, 2167320, 6168, 202776, 399384, 595992, 792600, 989208, 1185816, 1382424, 1579032, 1775640, 1972248, 2168856, 7704, 204312, 400920, 597528, 794136, 990744, 1187352, 1383960, 1580568, 1777176, 1973784, 2170392, 9240, 205848, 402456, 599064, 795672, 992280, 1188888, 1385496, 1582104, 1778712, 1975320, 2171928, 10776, 207384, 403992, 600600, 797208, 993816, 1190424, 1387032, 1583640, 1780248, 1976856, 2173464, 36, 196644, 393252, 589860, 786468, 983076, 1179684, 1376292, 1572900, 1769508, 1966116, 2162724, 1572, 198180, 394788, 591396, 788004, 984612, 1181220, 1377828, 1574436, 1771044, 1967652, 2164260, 3108, 199716, 396324, 592932, 789540, 986148, 1182756, 1379364, 1575972, 1772580, 1969188, 2165796, 4644, 201252, 397860, 594468, 791076, 987684, 1184292, 1380900, 1577508, 1774116, 1970724, 2167332, 6180, 202788, 399396, 596004, 792612, 989220, 1185828, 1382436, 1579044, 1775652, 1972260, 2168868, 7716, 204324, 400932, 597540, 794148, 990756, 1187364, 1383972, 1580580, 1777188, 1973796, 2170404, 9252, 205860, 402468, 599076, 795684, 992292, 1188900, 1385508, 1582116, 1778724, 1975332, 2171940, 10788, 207396, 404004, 600612, 797220, 993828, 1190436, 1387044, 1583652, 1780260, 1976868, 2173476, 48, 196656, 393264, 589872, 786480, 983088, 1179696, 1376304, 1572912, 1769520, 1966128, 2162736, 1584, 198192, 394800, 591408, 788016, 984624, 1181232, 1377840, 1574448, 1771056, 1967664, 2164272, 3120, 199728, 396336, 592944, 789552, 986160, 1182768, 1379376, 1575984, 1772592, 1969200, 2165808, 4656, 201264, 397872, 594480, 791088, 987696, 1184304, 1380912, 1577520, 1774128, 1970736, 2167344, 6192, 202800, 399408, 596016, 792624, 989232, 1185840, 1382448, 1579056, 1775664, 1972272, 2168880, 7728, 204336, 400944, 597552, 794160, 990768, 1187376, 1383984, 1580592, 1777200, 1973808, 2170416, 9264, 205872, 402480, 599088, 795696, 992304, 1188912, 1385520, 1582128, 1778736, 1975344, 2171952, 10800, 207408, 404016, 600624, 797232, 993840, 1190448, 1387056, 1583664, 1780272, 1976880, 2173488, 60, 196668, 393276, 589884, 786492, 983100, 1179708, 1376316, 1572924, 1769532, 1966140, 2162748, 1596, 198204, 394812, 591420, 788028, 984636, 1181244, 1377852, 1574460, 1771068, 1967676, 2164284, 3132, 199740, 396348, 592956, 789564, 986172, 1182780, 1379388, 1575996, 1772604, 1969212, 2165820, 4668, 201276, 397884, 594492, 791100, 987708, 1184316, 1380924, 1577532, 1774140, 1970748, 2167356, 6204, 202812, 399420, 596028, 792636, 989244, 1185852, 1382460, 1579068, 1775676, 1972284, 2168892, 7740, 204348, 400956, 597564, 794172, 990780, 1187388, 1383996, 1580604, 1777212, 1973820, 2170428, 9276, 205884, 402492, 599100, 795708, 992316, 1188924, 1385532, 1582140, 1778748, 1975356, 2171964, 10812, 207420, 404028, 600636, 797244, 993852, 1190460, 1387068, 1583676, 1780284, 1976892, 2173500, 72, 196680, 393288, 589896, 786504, 983112, 1179720, 1376328, 1572936, 1769544, 1966152, 2162760, 1608, 198216, 394824, 591432, 788040, 984648, 1181256, 1377864, 1574472, 1771080, 1967688, 2164296, 3144, 199752, 396360, 592968, 789576, 986184, 1182792, 1379400, 1576008, 1772616, 1969224, 2165832, 4680, 201288, 397896, 594504, 791112, 987720, 1184328, 1380936, 1577544, 1774152, 1970760, 2167368, 6216, 202824, 399432, 596040, 792648, 989256, 1185864, 1382472, 1579080, 1775688, 1972296, 2168904, 7752, 204360, 400968, 597576, 794184, 990792, 1187400, 1384008, 1580616, 1777224, 1973832, 2170440, 9288, 205896, 402504, 599112, 795720, 992328, 1188936, 1385544, 1582152, 1778760, 1975368, 2171976, 10824, 207432, 404040, 600648, 797256, 993864, 1190472, 1387080, 1583688, 1780296, 1976904, 2173512, 84, 196692, 393300, 589908, 786516, 983124, 1179732, 1376340, 1572948, 1769556, 1966164, 2162772, 1620, 198228, 394836, 591444, 788052, 984660, 1181268, 1377876, 1574484, 1771092, 1967700, 2164308, 3156, 199764, 396372, 592980, 789588, 986196, 1182804, 1379412, 1576020, 1772628, 1969236, 2165844, 4692, 201300, 397908, 594516, 791124, 987732, 1184340, 1380948, 1577556, 1774164, 1970772, 2167380, 6228, 202836, 399444, 596052, 792660, 989268, 1185876, 1382484, 1579092, 1775700, 1972308, 2168916, 7764, 204372, 400980, 597588, 794196, 990804, 1187412, 1384020, 1580628, 1777236, 1973844, 2170452, 9300, 205908, 402516, 599124, 795732, 992340, 1188948, 1385556, 1582164, 1778772, 1975380, 2171988, 10836, 207444, 404052, 600660, 797268, 993876, 1190484, 1387092, 1583700, 1780308, 1976916, 2173524};
    for (int j = 0; j < 768; j += TNCC_COLUMNS(768)) {
        const int some = 768 - j < TNCC_COLUMNS(768) ? 768 - j : TNCC_COLUMNS(768);
        for (ptrdiff_t k2 = 0; k2 < 16; ++k2)
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                for (ptrdiff_t k0 = 0; k0 < 12; k0 += 12) {
                    real block[TNCC_COLUMNS(768) * 12];
                    const int rows = 12;
                    const real *from = in1 + k0 + k1 * 96 + k2 * 12288;
                    real *row = to + (k0 * 256 + k1 * 16 + k2) * TNCC_COLUMNS(768);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 12 + i] = from[at[j + lane] + i];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * 256 * TNCC_COLUMNS(768);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 12 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(768); ++lane)
                            own[lane] = 0;
                    }
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
            for (ptrdiff_t k1 = 0; k1 < 16; ++k1)
                for (ptrdiff_t k3 = 0; k3 < 8; ++k3)
                    for (ptrdiff_t k0 = 0; k0 < 12; ++k0) {
                        const real *from = in1 + k0 + k1 * 1536 + k2 * 24576 + k3 * 12;
                        real *row = to + (k0 * 1024 + k1 * 64 + k2 * 8 + k3) * TNCC_COLUMNS(16);
                        for (int lane = 0; lane < some; ++lane)
                            row[lane] = from[(j + lane) * 96];
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
        for (ptrdiff_t k1 = 0; k1 < 12; ++k1)
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0) {
                const real *from = in1 + k0 + k1 * 16;
                real *row = to + (k0 * 12 + k1) * TNCC_COLUMNS(16);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 192];
                for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                    row[lane] = 0;
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
            for (ptrdiff_t k0 = 0; k0 < 16; ++k0)
                for (ptrdiff_t k2 = 0; k2 < 16; k2 += 16) {
                    real block[TNCC_COLUMNS(16) * 16];
                    const int rows = 16;
                    const real *from = in1 + k0 * 16 + k1 * 256 + k2;
                    real *row = to + (k0 * 128 + k1 * 16 + k2) * TNCC_COLUMNS(16);
                    for (int lane = 0; lane < some; ++lane)
                        for (int i = 0; i < rows; ++i)
                            block[lane * 16 + i] = from[(j + lane) * 2048 + i];
                    for (int i = 0; i < rows; ++i) {
                        real *own = row + i * TNCC_COLUMNS(16);
                        for (int lane = 0; lane < some; ++lane)
                            own[lane] = block[lane * 16 + i];
                        for (int lane = some; lane < TNCC_COLUMNS(16); ++lane)
                            own[lane] = 0;
                    }
                }
        to += 2048 * TNCC_COLUMNS(16);
    }
}

/* x':1 */
TNCC_STEP void MPO_backward2_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = rows, .a1 = 3072, .b1 = 0, .c1 = 768, .base = 1, .known = 0, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 3, .ak1 = 1024, .bk1 = 1024 * TNCC_COLUMNS(768), .k0 = 1024, .ak0 = 1, .bk0 = TNCC_COLUMNS(768), .apart = 1};
    for (ptrdiff_t j = 0; j < 768 / TNCC_COLUMNS(768); ++j)
        tncc_tiles(s, TNCC_COLUMNS(768), in1, in2 + j * 3072 * TNCC_COLUMNS(768), out + j * TNCC_COLUMNS(768), 0, (int)(j * TNCC_COLUMNS(768)));
    if (768 % TNCC_COLUMNS(768))
        tncc_tiles(s, 768 % TNCC_COLUMNS(768), in1, in2 + 768 / TNCC_COLUMNS(768) * 3072 * TNCC_COLUMNS(768), out + 768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768), 0, (int)(768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768)));
}

TNCC_STEP void MPO_backward2_each2(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    static const int at[] = {0, 96, 192, 288, 384, 480, 576, 672, 12, 108, 204, 300, 396, 492, 588, 684, 24, 120, 216, 312, 408, 504, 600, 696, 36, 132, 228, 324, 420, 516, 612, 708, 48, 144, 240, 336, 432, 528, 624, 720, 60, 156, 252, 348, 444, 540, 636, 732, 72, 168, 264, 360, 456, 552, 648, 744, 84, 180, 276, 372, 468, 564, 660, 756, 1, 97, 193, 289, 385, 481, 577, 673, 13, 109, 205, 301, 397, 493, 589, 685, 25, 121, 217, 313, 409, 505, 601, 697, 37, 133, 229, 325, 421, 517, 613, 709, 49, 145, 241, 337, 433, 529, 625, 721, 61, 157, 253, 349, 445, 541, 637, 733, 73, 169, 265, 361, 457, 553, 649, 745, 85, 181, 277, 373, 469, 565, 661, 757, 2, 98, 194, 290, 386, 482, 578, 674, 14, 110, 206, 302, 398, 494, 590, 686, 26, 122, 218, 314, 410, 506, 602, 698, 38, 134, 230, 326, 422, 518, 614, 710, 50, 146, 242, 338, 434, 530, 626, 722, 62, 158, 254, 350, 446, 542, 638, 734, 74, 170, 266, 362, 458, 554, 650, 746, 86, 182, 278, 374, 470, 566, 662, 758, 3, 99, 195, 291, 387, 483, 579, 675, 15, 111, 207, 303, 399, 495, 591, 687, 27, 123, 219, 315, 411, 507, 603, 699, 39, 135, 231, 327, 423, 519, 615, 711, 51, 147, 243, 339, 435, 531, 627, 723, 63, 159, 255, 351, 447, 543, 639, 735, 75, 171, 267, 363, 459, 555, 651, 747, 87, 183, 279, 375, 471, 567, 663, 759, 4, 100, 196, 292, 388, 484, 580, 676, 16, 112, 208, 304, 400, 496, 592, 688, 28, 124, 220, 316, 412, 508, 604, 700, 40, 136, 232, 328, 424, 520, 616, 712, 52, 148, 244, 340, 436, 532, 628, 724, 64, 160, 256, 352, 448, 544, 640, 736, 76, 172, 268, 364, 460, 556, 652, 748, 88, 184, 280, 376, 472, 568, 664, 760, 5, 101, 197, 293, 389, 485, 581, 677, 17, 113, 209, 305, 401, 497, 593, 689, 29, 125, 221, 317, 413, 509, 605, 701, 41, 137, 233, 329, 425, 521, 617, 713, 53, 149, 245, 341, 437, 533, 629, 725, 65, 161, 257, 353, 449, 545, 641, 737, 77, 173, 269, 365, 461, 557, 653, 749, 89, 185, 281, 377, 473, 569, 665, 761, 6, 102, 198, 294, 390, 486, 582, 678, 18, 114, 210, 306, 402, 498, 594, 690, 30, 126, 222, 318, 414, 510, 606, 702, 42, 138, 234, 330, 426, 522, 618, 714, 54, 150, 246, 342, 438, 534, 630, 726, 66, 162, 258, 354, 450, 546, 642, 738, 78, 174, 270, 366, 462, 558, 654, 750, 90, 186, 282, 378, 474, 570, 666, 762, 7, 103, 199, 295, 391, 487, 583, 679, 19, 115, 211, 307, 403, 499, 595, 691, 31, 127, 223, 319, 415, 511, 607, 703, 43, 139, 235, 331, 427, 523, 619, 715, 55, 151, 247, 343, 439, 535, 631, 727, 67, 163, 259, 355, 451, 547, 643, 739, 79, 175, 271, 367, 463, 559, 655, 751, 91, 187, 283, 379, 475, 571, 667, 763, 8, 104, 200, 296, 392, 488, 584, 680, 20, 116, 212, 308, 404, 500, 596, 692, 32, 128, 224, 320, 416, 512, 608, 704, 44, 140, 236, 332, 428, 524, 620, 716, 56, 152, 248, 344, 440, 536, 632, 728, 68, 164, 260, 356, 452, 548, 644, 740, 80, 176, 272, 368, 464, 560, 656, 752, 92, 188, 284, 380, 476, 572, 668, 764, 9, 105, 201, 297, 393, 489, 585, 681, 21, 117, 213, 309, 405, 501, 597, 693, 33, 129, 225, 321, 417, 513, 609, 705, 45, 141, 237, 333, 429, 525, 621, 717, 57, 153, 249, 345, 441, 537, 633, 729, 69, 165, 261, 357, 453, 549, 645, 741, 81, 177, 273, 369, 465, 561, 657, 753, 93, 189, 285, 381, 477, 573, 669, 765, 10, 106, 202, 298, 394, 490, 586, 682, 22, 118, 214, 310, 406, 502, 598, 694, 34, 130, 226, 322, 418, 514, 610, 706, 46, 142, 238, 334, 430, 526, 622, 718, 58, 154, 250, 346, 442, 538, 634, 730, 70, 166, 262, 358, 454, 550, 646, 742, 82, 178, 274, 370, 466, 562, 658, 754, 94, 190, 286, 382, 478, 574, 670, 766, 11, 107, 203, 299, 395, 491, 587, 683, 23, 119, 215, 311, 407, 503, 599, 695, 35, 131, 227, 323, 419, 515, 611, 707, 47, 143, 239, 335, 431, 527, 623, 719, 59, 155, 251, 347, 443, 539, 635, 731, 71, 167, 263, 359, 455, 551, 647, 743, 83, 179, 275, 371, 467, 563, 659, 755, 95, 191, 287, 383, 479, 575, 671, 767};
    for (int j = 0; j < 768; j += TNCC_COLUMNS(768)) {
        const int some = 768 - j < TNCC_COLUMNS(768) ? 768 - j : TNCC_COLUMNS(768);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0) {
            const real *from = in1 + k0 * 768;
            real *row = to + k0 * TNCC_COLUMNS(768);
            for (int lane = 0; lane < some; ++lane)
                row[lane] = from[at[j + lane]];
            for (int lane = some; lane < TNCC_COLUMNS(768); ++lane)
                row[lane] = 0;
        }
        to += rows * TNCC_COLUMNS(768);
    }
}

/* y:1:2':1 */
TNCC_STEP void MPO_backward2_each3(real *out, const real *in1, const real *in2, const ptrdiff_t rows, const int more)
{
    const tncc_shape s = {.rows = 3072, .a1 = 1, .b1 = 0, .c1 = 768, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = rows, .ak0 = 3072, .bk0 = TNCC_COLUMNS(768), .apart = 1};
    for (ptrdiff_t j = 0; j < 768 / TNCC_COLUMNS(768); ++j)
        tncc_tiles(s, TNCC_COLUMNS(768), in1, in2 + j * rows * TNCC_COLUMNS(768), out + j * TNCC_COLUMNS(768), more, (int)(j * TNCC_COLUMNS(768)));
    if (768 % TNCC_COLUMNS(768))
        tncc_tiles(s, 768 % TNCC_COLUMNS(768), in1, in2 + 768 / TNCC_COLUMNS(768) * rows * TNCC_COLUMNS(768), out + 768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768), more, (int)(768 / TNCC_COLUMNS(768) * TNCC_COLUMNS(768)));
}

/* A[2]':1 */
TNCC_STEP void MPO_backward2_last0(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 192, .a1 = 64, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 64, .ak1 = 12288, .bk1 = 64 * TNCC_COLUMNS(16), .k0 = 64, .ak0 = 1, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t k0 = 0; k0 < 3; ++k0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + k0 * 786432, in2 + k0 * 4096 * TNCC_COLUMNS(16) + j * 12288 * TNCC_COLUMNS(16), out + j * TNCC_COLUMNS(16), k0 > 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t k0 = 0; k0 < 3; ++k0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + k0 * 786432, in2 + k0 * 4096 * TNCC_COLUMNS(16) + 16 / TNCC_COLUMNS(16) * 12288 * TNCC_COLUMNS(16), out + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), k0 > 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* y:1:1':1 */
TNCC_STEP void MPO_backward2_last1(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 64, .a1 = 1, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 1, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 1, .ak1 = 0, .bk1 = 0, .k0 = 192, .ak0 = 64, .bk0 = TNCC_COLUMNS(16), .apart = 1};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 192; ++i0)
            tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 12288, in2 + j * 192 * TNCC_COLUMNS(16), out + i0 * 1024 + j * TNCC_COLUMNS(16), 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 192; ++i0)
            tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 12288, in2 + 16 / TNCC_COLUMNS(16) * 192 * TNCC_COLUMNS(16), out + i0 * 1024 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
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

/* A[1]':1 */
TNCC_STEP void MPO_backward2_last3(real *out, const real *in1, const real *in2)
{
    const tncc_shape s = {.rows = 16, .a1 = 1, .b1 = 0, .c1 = 1, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 12, .ak1 = 16384, .bk1 = 16, .k0 = 8, .ak0 = 16, .bk0 = 192, .apart = 2048};
    for (ptrdiff_t j = 0; j < 16 / TNCC_COLUMNS(16); ++j)
        for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, TNCC_COLUMNS(16), in1 + i0 * 1024 + i1 * 128, in2 + j * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 256 + j * TNCC_COLUMNS(16) * 2048, 0, (int)(j * TNCC_COLUMNS(16)));
    if (16 % TNCC_COLUMNS(16))
        for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
            for (ptrdiff_t i1 = 0; i1 < 8; ++i1)
                tncc_tiles(s, 16 % TNCC_COLUMNS(16), in1 + i0 * 1024 + i1 * 128, in2 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16), out + i0 * 16 + i1 * 256 + 16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16) * 2048, 0, (int)(16 / TNCC_COLUMNS(16) * TNCC_COLUMNS(16)));
}

/* result 3 */
TNCC_STEP void MPO_backward2_last4(real *out, const real *in1)
{
    for (ptrdiff_t i0 = 0; i0 < 16; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 12; ++i1)
            for (ptrdiff_t i2 = 0; i2 < 16; ++i2)
                *(out + i0 * 192 + i1 * 16 + i2) = *(in1 + i0 + i1 * 16 + i2 * 192);
}

static void MPO_backward2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 2362384;
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
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536);
        MPO_backward2_once3(shared, scratch + 198144);
        MPO_backward2_once4(shared + 2359296, scratch + 1536);
        MPO_backward2_once5(shared + 2580480, weights->A_2);
        MPO_backward2_once6(shared + 2583936, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 2557456;
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
            MPO_backward2_each1(out0, in0, shared, count);
            MPO_backward2_each2(scratch, in1, count);
            MPO_backward2_each3(total0, in0, scratch, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 2359296; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total1[i] += more[2359296 + i];
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
        MPO_backward2_last0(scratch, total0, shared + 2359296);
        MPO_backward2_last1(scratch + 3072, total0, shared + 2580480);
        if (out1) MPO_backward2_last2(out1, scratch + 3072, shared + 2583936);
        if (out2) MPO_backward2_last3(out2, scratch + 3072, weights->A_0);
        if (out3) MPO_backward2_last4(out3, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
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
TNCC_STEP void MPO_forward_saving0_each1(real *out, const real *in1, const real *in2, const ptrdiff_t rows)
{
    const tncc_shape s = {.rows = 16, .a1 = 16, .b1 = 0, .c1 = 16, .base = 1, .known = 1, .paired = 0, .whole = 0, .a0 = 0, .b0 = 0, .c0 = 0, .k1 = 8, .ak1 = 256, .bk1 = 256, .k0 = 16, .ak0 = 1, .bk0 = 16, .apart = 1};
    for (ptrdiff_t i0 = 0; i0 < rows; ++i0)
        for (ptrdiff_t i1 = 0; i1 < 8; ++i1) {
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
static void MPO_forward_saving0_each2_finish(const void *of, const real *sums, const ptrdiff_t row, const int rows,
    const int column, const int columns)
{
    const struct MPO_forward_saving0_each2_at *at = of;
    const int base = 1;
    for (int i = 0; i < rows; ++i)
        for (int j = 0; j < columns; ++j) {
            const real sum = sums[i * TNCC_PANEL * TNCC_LANES + j];
            *(at->out + at->i0 * 3072 + (row + i / base) * 256 + (column + j)) = (sum + *(at->in1 + (row + i / base) * 256 + (column + j)));
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

static void MPO_forward_saving0(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 16 + 16;
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? share : 3;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 16;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            real *out1 = out[1] + first * 16384;
            real *out2 = out[2] + first * 32768;
            (void)in0, (void)out0, (void)out1, (void)out2;
            MPO_forward_saving0_each0(out1, in0, weights->A_2, count);
            MPO_forward_saving0_each1(out2, weights->A_1, out1, count);
            MPO_forward_saving0_each2(out0, weights->bias, weights->A_0, out2, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void MPO_forward_saving1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 198160 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward0_pack2(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward0_pack4(shared, scratch + 1536);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 3 ? share : 3;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 198160;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_apply1_each0(scratch, in0, shared, count);
            MPO_apply1_each1(out0, weights->bias, scratch, weights->A_2, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void MPO_forward_saving2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 16;
    {
        real *scratch = space, *total = space + own - (16);
        const real *in0 = in[0];
        real *out0 = out[0];
        (void)in0, (void)out0;
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536);
        MPO_forward1_pack4(shared, scratch + 198144);
        (void)scratch, (void)total;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 32 ? share : 32;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 2557456;
        for (ptrdiff_t tile = low; tile < high; ++tile) {
            const ptrdiff_t first = tile * most, count = rows - first < most ? rows - first : most;
            const real *in0 = in[0] + first * 768;
            real *out0 = out[0] + first * 3072;
            (void)in0, (void)out0;
            MPO_forward1_each0(out0, weights->bias, in0, shared, count);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

TNCC_STEP void MPO_backward_saved0_each1(real *out, const real *in1, const ptrdiff_t rows)
{
    real *to = out;
    for (int j = 0; j < 12; j += TNCC_COLUMNS(12)) {
        const int some = 12 - j < TNCC_COLUMNS(12) ? 12 - j : TNCC_COLUMNS(12);
        for (ptrdiff_t k0 = 0; k0 < rows; ++k0)
            for (ptrdiff_t k1 = 0; k1 < 256; ++k1) {
                const real *from = in1 + k0 * 3072 + k1;
                real *row = to + (k0 * 256 + k1) * TNCC_COLUMNS(12);
                for (int lane = 0; lane < some; ++lane)
                    row[lane] = from[(j + lane) * 256];
                for (int lane = some; lane < TNCC_COLUMNS(12); ++lane)
                    row[lane] = 0;
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
            for (ptrdiff_t k0 = 0; k0 < 8; ++k0)
                for (ptrdiff_t k2 = 0; k2 < 16; ++k2) {
                    const real *from = in1 + k0 * 2048 + k1 * 16384 + k2;
                    real *row = to + (k0 * 16 * rows + k1 * 16 + k2) * TNCC_COLUMNS(128);
                    for (int lane = 0; lane < some; ++lane)
                        row[lane] = from[(j + lane) * 16];
                    for (int lane = some; lane < TNCC_COLUMNS(128); ++lane)
                        row[lane] = 0;
                }
        to += 128 * rows * TNCC_COLUMNS(128);
    }
}

static void MPO_backward_saved0(const ptrdiff_t rows, const real *const *in,
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
    const ptrdiff_t most = share < 2 ? share : 2;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
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
            MPO_backward0_each7(total1, scratch, scratch + 65536, count, tile > low);
            MPO_backward0_each8(scratch + 65536, weights->A_1, scratch, count);
            MPO_backward0_each9(out0, scratch + 65536, shared, count);
            MPO_backward0_each10(total2, in2, scratch + 65536, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (40464);
        real *const total0 = total + 0;
        real *const total1 = total + 1536;
        real *const total2 = out[3] ? out[3] : total + 34304;
        real *const total3 = out[4] ? out[4] : total + 37376;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 1536; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 32768; ++i)
            total1[i] += more[1536 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total2[i] += more[34304 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total3[i] += more[37376 + i];
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
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void MPO_backward_saved1(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 201808 + 202768;
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
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(shared, weights->A_1, scratch);
        MPO_backward0_once0(shared + 196608, weights->A_2);
        MPO_backward1_once3(shared + 200704, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 6 ? share : 6;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 201808;
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
            MPO_backward1_each3(scratch + 103488, shared, in1, count);
            MPO_backward1_each4(total0, in1, scratch + 5184, count, tile > low);
            MPO_backward1_each5(out0, scratch + 103488, shared + 196608, count);
            MPO_backward1_each6(scratch, in0, count);
            MPO_backward1_each7(total1, scratch + 103488, scratch, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (202768);
        real *const total0 = total + 0;
        real *const total1 = total + 196608;
        real *const total2 = out[4] ? out[4] : total + 199680;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 196608; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total1[i] += more[196608 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total2[i] += more[199680 + i];
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
        if (out1) MPO_backward1_last0(out1, total0, shared + 200704);
        MPO_backward1_last1(scratch, total0, weights->A_0);
        if (out2) MPO_backward1_last2(out2, scratch);
        if (out3) MPO_backward1_last3(out3, total1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
        (void)total2;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
}

static void MPO_backward_saved2(const ptrdiff_t rows, const real *const *in,
    const MPO_weights *weights, real *constant, real *const *out, real *shared, real *space,
    const int threads)
{
    const ptrdiff_t own = 2557456 + 2362384;
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
        MPO_forward1_pack1(scratch, weights->A_0);
        MPO_forward0_pack3(scratch + 1536, weights->A_1, scratch);
        MPO_forward1_pack3(scratch + 198144, weights->A_2, scratch + 1536);
        MPO_backward2_once3(shared, scratch + 198144);
        MPO_backward2_once4(shared + 2359296, scratch + 1536);
        MPO_backward2_once5(shared + 2580480, weights->A_2);
        MPO_backward2_once6(shared + 2583936, weights->A_1);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    const ptrdiff_t share = (rows + threads - 1) / threads;
    const ptrdiff_t most = share < 256 ? share : 256;
    const ptrdiff_t tiles = most ? (rows + most - 1) / most : 0;
#ifdef _OPENMP
#pragma omp parallel for num_threads(threads) schedule(static, 1) if (threads > 1)
#endif
    for (int me = 0; me < threads; ++me) {
        const ptrdiff_t low = tiles * me / threads, high = tiles * (me + 1) / threads;
        real *scratch = space + me * own, *total = scratch + 2557456;
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
            MPO_backward2_each1(out0, in0, shared, count);
            MPO_backward2_each2(scratch, in1, count);
            MPO_backward2_each3(total0, in0, scratch, count, tile > low);
            (void)count;
        }
        (void)scratch, (void)total;
    }
    for (int me = 1; me < threads; ++me) {
        real *total = space + own - (2362384);
        real *const total0 = total + 0;
        real *const total1 = out[4] ? out[4] : total + 2359296;
        const real *more = total + me * own;
        for (ptrdiff_t i = 0; i < 2359296; ++i)
            total0[i] += more[0 + i];
        for (ptrdiff_t i = 0; i < 3072; ++i)
            total1[i] += more[2359296 + i];
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
        MPO_backward2_last0(scratch, total0, shared + 2359296);
        MPO_backward2_last1(scratch + 3072, total0, shared + 2580480);
        if (out1) MPO_backward2_last2(out1, scratch + 3072, shared + 2583936);
        if (out2) MPO_backward2_last3(out2, scratch + 3072, weights->A_0);
        if (out3) MPO_backward2_last4(out3, scratch);
        (void)scratch, (void)total;
        (void)total0;
        (void)total1;
    }
    (void)weights, (void)constant, (void)shared, (void)in, (void)out, (void)space, (void)threads, (void)own, (void)rows;
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
        MPO_backward1(rows, in, weights, 0, out, space, space + 237584, threads);
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
        MPO_backward_saved1(rows, in, weights, 0, out, space, space + 237584, threads);
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
    return sizeof(real) * (202768 + 2362384);
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
        const size_t size = (size_t)(196624) + (size_t)threads * (size_t)(198160 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2359312) + (size_t)threads * (size_t)(2557456 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(4112) + (size_t)threads * (size_t)(135184 + 40464);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(237584) + (size_t)threads * (size_t)(201808 + 202768);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2620816) + (size_t)threads * (size_t)(2557456 + 2362384);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(16) + (size_t)threads * (size_t)(16 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(196624) + (size_t)threads * (size_t)(198160 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2359312) + (size_t)threads * (size_t)(2557456 + 16);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(4112) + (size_t)threads * (size_t)(102416 + 40464);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(237584) + (size_t)threads * (size_t)(201808 + 202768);
        most = size > most ? size : most;
    }
    {
        const size_t size = (size_t)(2620816) + (size_t)threads * (size_t)(2557456 + 2362384);
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
