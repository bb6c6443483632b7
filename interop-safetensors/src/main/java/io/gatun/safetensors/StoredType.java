package io.gatun.safetensors;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.file.Widening;
import org.jspecify.annotations.Nullable;

/**
 * The types that the format knows, and what becomes of each here. Their order is the reference implementation's, by which
 * it sorts what it writes, the last first: so every tensor is aligned to its elements.
 */
enum StoredType {
    BOOL(DType.BOOL),
    F4(4),
    F6_E2M3(6),
    F6_E3M2(6),
    U8(DType.U8),
    I8(DType.I8),
    F8_E5M2(8),
    F8_E4M3(8),
    F8_E8M0(8),
    F8_E4M3FNUZ(8),
    F8_E5M2FNUZ(8),
    I16(DType.I16),
    U16(Widening.UNSIGNED_16),
    F16(DType.F16),
    BF16(DType.BF16),
    I32(DType.I32),
    U32(Widening.UNSIGNED_32),
    F32(DType.F32),
    C64(DType.C64),
    F64(DType.F64),
    I64(DType.I64),
    U64(Widening.UNSIGNED_64);

    private final int bits;
    private final @Nullable DType dtype;
    private final @Nullable Widening widening;

    StoredType(DType dtype) {
        this(dtype.byteSize() * 8, dtype, null);
    }

    StoredType(Widening widening) {
        this(widening.byteSize() * 8, widening.dtype(), widening);
    }

    /** One that no tensor here has elements of. */
    StoredType(int bits) {
        this(bits, null, null);
    }

    StoredType(int bits, @Nullable DType dtype, @Nullable Widening widening) {
        this.bits = bits;
        this.dtype = dtype;
        this.widening = widening;
    }

    /** The type of that name, or null. */
    static @Nullable StoredType of(String name) {
        for (StoredType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /**
     * What elements of {@code dtype} are stored as.
     *
     * @param name the tensor's, for the message
     * @throws DTypeException for C128, which the format does not have
     */
    static StoredType of(DType dtype, String name) {
        return switch (dtype) {
            case BOOL -> BOOL;
            case U8 -> U8;
            case I8 -> I8;
            case I16 -> I16;
            case F16 -> F16;
            case BF16 -> BF16;
            case I32 -> I32;
            case F32 -> F32;
            case C64 -> C64;
            case F64 -> F64;
            case I64 -> I64;
            case C128 ->
                throw new DTypeException("save: " + name
                        + " is C128, which safetensors does not have: save tensor.to(DType.C64), or"
                        + " tensor.viewAsReal()");
        };
    }

    /** Bits of an element in a file. */
    int bits() {
        return bits;
    }

    /** The dtype it is read as; null if no dtype holds its values. */
    @Nullable DType dtype() {
        return dtype;
    }

    /** How it is read, if not as it lies. */
    @Nullable Widening widening() {
        return widening;
    }

    /** Where a tensor must begin in memory to be seen in place: at a multiple of this. */
    int alignment() {
        return dtype == null ? 1 : dtype.toReal().byteSize();
    }
}
