"""The C functions that all steps share and that a file has once: copies across lines, stores to columns that lie apart.

They would take compilers longer than all else if they stood in every step.
"""

ONCE = ("tncc_turn", "tncc_turn_few", "tncc_scatter", "tncc_add")
"""What they are called; files linked together need names of their own."""

SIDES = (4, 8, 16)
"""The sides of the squares that are transposed in registers, vectors having as many numbers."""

DECLARATIONS = r"""
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
"""

SQUARE = r"""
/* to[i * row + j] = from[at[j] + i] for SIDE rows and columns. Of the bits that say where a number is, first those of
   its vector, then those of its lane, each stage makes the first one the last. */
typedef real tncc_lineSIDE __attribute__((vector_size(SIDE * sizeof(real)), aligned(sizeof(real)), may_alias));
TNCC_INLINE void tncc_squareSIDE(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at)
{
    tncc_lineSIDE some[SIDE], next[SIDE];
    TNCC_UNROLL
    for (int i = 0; i < SIDE; ++i)
        some[i] = *(const tncc_lineSIDE *)(from + at[i]);
    TNCC_UNROLL
    for (int stage = 0; stage < STAGES; ++stage) {
        TNCC_UNROLL
        for (int i = 0; i < SIDE / 2; ++i) {
            next[2 * i] = __builtin_shufflevector(some[i], some[i + SIDE / 2], LOW);
            next[2 * i + 1] = __builtin_shufflevector(some[i], some[i + SIDE / 2], HIGH);
        }
        TNCC_UNROLL
        for (int i = 0; i < SIDE; ++i)
            some[i] = next[i];
    }
    TNCC_UNROLL
    for (int i = 0; i < SIDE; ++i)
        *(tncc_lineSIDE *)(to + i * row) = some[i];
}

/* `tncc_turn` in squares, the last ones of which overlap those before. */
TNCC_INLINE void tncc_turnSIDE(real *to, const ptrdiff_t row, const real *from, const ptrdiff_t *at,
                               const ptrdiff_t apart, const ptrdiff_t rows, const ptrdiff_t columns)
{
    ptrdiff_t begin[SIDE];
    TNCC_UNROLL
    for (ptrdiff_t lane = 0; lane < SIDE; ++lane)
        begin[lane] = lane * apart;
    for (ptrdiff_t j = 0; j < columns; j += SIDE) {
        const ptrdiff_t column = j < columns - SIDE ? j : columns - SIDE;
        const real *base = from + column * apart;
        if (at) {
            base = from;
            TNCC_UNROLL
            for (ptrdiff_t lane = 0; lane < SIDE; ++lane)
                begin[lane] = at[column + lane];
        }
        for (ptrdiff_t i = 0; i < rows; i += SIDE) {
            const ptrdiff_t first = i < rows - SIDE ? i : rows - SIDE;
            tncc_squareSIDE(to + first * row + column, row, base + first, begin);
        }
    }
}
"""

BODIES = r"""
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
"""


def square(side: int) -> str:
    """The functions that transpose squares of a side, a power of two."""
    places = [str(place + end) for place in range(side) for end in (0, side)]
    words = {"SIDE": str(side), "STAGES": str(side.bit_length() - 1)}
    words |= {"LOW": ", ".join(places[:side]), "HIGH": ", ".join(places[side:])}
    text = SQUARE
    for word, value in words.items():
        text = text.replace(word, value)
    return text


DEFINITIONS = "\n".join(
    [
        "#if TNCC_PARTS & 1",
        *("#if defined(TNCC_SQUARES)", *map(square, SIDES), "#endif"),
        *(BODIES, "#endif"),
    ]
)
"""Their definitions, in the first part of a file."""
