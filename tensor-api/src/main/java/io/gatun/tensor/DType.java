package io.gatun.tensor;

/**
 * The element types of a {@link Tensor}, named by kind and width in bits.
 *
 * <p>{@link #F32} is the default of floating-point creation, {@link #I64} of integral creation, {@link #BOOL} the result
 * of every comparison. {@link #F16} and {@link #BF16} are storage types: arithmetic on them widens to 32 bits and rounds
 * once, ties to even. {@link #U8} holds 0 to 255. Integral arithmetic wraps around. {@link #C64} and {@link #C128} are
 * complex: a real and an imaginary part beside each other; what orders numbers, or rounds them, is not defined for them.
 */
public enum DType {
    /** IEEE 754 binary16. */
    F16(2, Category.FLOATING, "float16"),
    /** The upper half of a binary32: eight bits of exponent, eight of precision. */
    BF16(2, Category.FLOATING, "bfloat16"),
    /** IEEE 754 binary32; the default floating-point type. */
    F32(4, Category.FLOATING, "float32"),
    /** IEEE 754 binary64. */
    F64(8, Category.FLOATING, "float64"),
    /** Signed 8-bit integer. */
    I8(1, Category.INTEGRAL, "int8"),
    /** Unsigned 8-bit integer. */
    U8(1, Category.INTEGRAL, "uint8"),
    /** Signed 16-bit integer. */
    I16(2, Category.INTEGRAL, "int16"),
    /** Signed 32-bit integer. */
    I32(4, Category.INTEGRAL, "int32"),
    /** Signed 64-bit integer; the default integral type, and the type of every index. */
    I64(8, Category.INTEGRAL, "int64"),
    /** One byte, 0 or 1. */
    BOOL(1, Category.BOOLEAN, "bool"),
    /** Two {@link #F32}: the real part, then the imaginary one. */
    C64(8, Category.COMPLEX, "complex64"),
    /** Two {@link #F64}: the real part, then the imaginary one. */
    C128(16, Category.COMPLEX, "complex128");

    /** The kinds of number, in the order in which promotion prefers them. */
    public enum Category {
        /** {@link DType#BOOL}. */
        BOOLEAN,
        /** The integers. */
        INTEGRAL,
        /** The floating-point types. */
        FLOATING,
        /** The complex types. */
        COMPLEX;

        /** The dtype of a number of this kind that has no other. */
        DType defaultDType() {
            return switch (this) {
                case FLOATING -> F32;
                case INTEGRAL -> I64;
                case BOOLEAN -> BOOL;
                case COMPLEX -> C64;
            };
        }
    }

    private final int byteSize;
    private final Category category;
    private final String pyTorchName;

    DType(int byteSize, Category category, String pyTorchName) {
        this.byteSize = byteSize;
        this.category = category;
        this.pyTorchName = pyTorchName;
    }

    /** Bytes an element takes: 1, 2, 4, 8 or 16. */
    public int byteSize() {
        return byteSize;
    }

    /** The kind of number this is. */
    public Category category() {
        return category;
    }

    /** Whether this is one of {@link #F16}, {@link #BF16}, {@link #F32}, {@link #F64}. */
    public boolean isFloatingPoint() {
        return category == Category.FLOATING;
    }

    /** Whether this is {@link #C64} or {@link #C128}. */
    public boolean isComplex() {
        return category == Category.COMPLEX;
    }

    /** Whether this is floating-point or complex: what may have a fraction, and a gradient. */
    public boolean isInexact() {
        return category == Category.FLOATING || category == Category.COMPLEX;
    }

    /** The dtype of the parts of a complex number; any other dtype itself. */
    public DType toReal() {
        return switch (this) {
            case C64 -> F32;
            case C128 -> F64;
            case F16, BF16, F32, F64, I8, U8, I16, I32, I64, BOOL -> this;
        };
    }

    /** The complex dtype that arithmetic with complex numbers leads to: {@code C128} for 64 bits, else {@code C64}. */
    public DType toComplex() {
        return this == F64 || this == C128 ? C128 : C64;
    }

    /** Whether this is an integer type; {@link #BOOL} is not. */
    public boolean isIntegral() {
        return category == Category.INTEGRAL;
    }

    /** PyTorch's name without the prefix, as printed with a tensor: {@code float32}, {@code int64}, {@code bool}. */
    public String pyTorchName() {
        return pyTorchName;
    }

    /**
     * The type that arithmetic on elements of {@code a} and {@code b} gives, by PyTorch's table: the wider of one kind,
     * the floating-point one of two kinds, {@code I16} for {@code U8} with {@code I8}, {@code F32} for {@code F16} with
     * {@code BF16}, {@code C128} for {@code C64} with {@code F64}. {@link Promotion} adds the rules for scalars and zero-dimensional tensors.
     */
    public static DType promote(DType a, DType b) {
        if (a == b) {
            return a;
        }
        if (a.isComplex() != b.isComplex()) {
            return promote(a.isInexact() ? a.toComplex() : b, b.isInexact() ? b.toComplex() : a);
        }
        if (a.category != b.category) {
            return a.category.compareTo(b.category) > 0 ? a : b;
        }
        if (a.byteSize == b.byteSize) { // the only unequal pairs of one width: F16 with BF16, I8 with U8
            return a.category == Category.FLOATING ? F32 : I16;
        }
        return a.byteSize > b.byteSize ? a : b;
    }
}
