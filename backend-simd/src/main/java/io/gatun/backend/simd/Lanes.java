package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.LongVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.Vector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorSpecies;

/**
 * What templates over {@code Vector<E>} need and the Vector API offers only on its typed vectors, and how dtypes map to
 * lanes. All switches here are over a species that is constant in the caller's copy, so that nothing of them is left in
 * compiled code.
 */
final class Lanes {
    /** The order of multi-byte elements in memory: the machine's, as everywhere in this library. */
    static final ByteOrder ORDER = ByteOrder.nativeOrder();

    static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT_UNALIGNED;
    static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG_UNALIGNED;
    static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    static final ValueLayout.OfByte BYTE = ValueLayout.JAVA_BYTE;

    private static final long ONES = 0x0101010101010101L;

    private Lanes() {}

    /** The dtype that arithmetic on {@code dtype} is done in: the half types widen to F32, bool is a byte. */
    static DType computed(DType dtype) {
        return switch (dtype) {
            case F16, BF16 -> DType.F32;
            case BOOL -> DType.U8;
            case F32, F64, I8, U8, I16, I32, I64 -> dtype;
        };
    }

    /** The species for elements of a dtype; for the half types, that of their bits. */
    static VectorSpecies<?> species(DType dtype) {
        return switch (dtype) {
            case F32 -> VectorWidth.species(float.class);
            case F64 -> VectorWidth.species(double.class);
            case I8, U8, BOOL -> VectorWidth.species(byte.class);
            case I16, F16, BF16 -> VectorWidth.species(short.class);
            case I32 -> VectorWidth.species(int.class);
            case I64 -> VectorWidth.species(long.class);
        };
    }

    /** The species of integers of {@code bytes} bytes: for what moves elements and does not look at them. */
    static VectorSpecies<?> speciesOfSize(int bytes) {
        return switch (bytes) {
            case 1 -> VectorWidth.species(byte.class);
            case 2 -> VectorWidth.species(short.class);
            case 4 -> VectorWidth.species(int.class);
            default -> VectorWidth.species(long.class);
        };
    }

    /** A vector of the element at {@code at} in every lane. */
    @SuppressWarnings("unchecked")
    static <E> Vector<E> broadcast(VectorSpecies<E> species, MemorySegment segment, long at) {
        Class<E> type = species.elementType();
        if (type == float.class) {
            return (Vector<E>) FloatVector.broadcast((VectorSpecies<Float>) species, segment.get(FLOAT, at));
        } else if (type == double.class) {
            return (Vector<E>) DoubleVector.broadcast((VectorSpecies<Double>) species, segment.get(DOUBLE, at));
        } else if (type == long.class) {
            return (Vector<E>) LongVector.broadcast((VectorSpecies<Long>) species, segment.get(LONG, at));
        } else if (type == int.class) {
            return (Vector<E>) IntVector.broadcast((VectorSpecies<Integer>) species, segment.get(INT, at));
        } else if (type == short.class) {
            return (Vector<E>) ShortVector.broadcast((VectorSpecies<Short>) species, segment.get(SHORT, at));
        }
        return (Vector<E>) ByteVector.broadcast((VectorSpecies<Byte>) species, segment.get(BYTE, at));
    }

    /** The byte species with as many lanes as {@code lanes}, or that of 8 where there is none so small. */
    static VectorSpecies<Byte> bytesFor(int lanes) {
        return switch (lanes) {
            case 16 -> ByteVector.SPECIES_128;
            case 32 -> ByteVector.SPECIES_256;
            case 64 -> ByteVector.SPECIES_512;
            default -> ByteVector.SPECIES_64;
        };
    }

    /** Stores a mask as a byte of 0 or 1 for each lane. */
    static <E> void storeMask(VectorMask<E> mask, VectorSpecies<Byte> bytes, int lanes, MemorySegment out, long at) {
        if (lanes >= 8) {
            ByteVector.zero(bytes).blend((byte) 1, mask.cast(bytes)).intoMemorySegment(out, at, ORDER);
        } else if (lanes == 4) {
            out.set(INT, at, (int) spread(mask.toLong()));
        } else {
            out.set(SHORT, at, (short) spread(mask.toLong()));
        }
    }

    /** A mask from a byte for each lane, set where it is not 0. */
    static <E> VectorMask<E> loadMask(
            VectorSpecies<E> species, VectorSpecies<Byte> bytes, int lanes, MemorySegment in, long at) {
        if (lanes >= 8) {
            return ByteVector.fromMemorySegment(bytes, in, at, ORDER)
                    .compare(VectorOperators.NE, (byte) 0)
                    .cast(species);
        }
        long packed = lanes == 4 ? in.get(INT, at) & 0xFFFFFFFFL : in.get(SHORT, at) & 0xFFFFL;
        return VectorMask.fromLong(species, gather(packed));
    }

    /** Bit i of the low byte as byte i, 0 or 1 (of a little-endian word, the byte at address i). */
    static long spread(long bits) {
        long selected = (bits & 0xFF) * ONES & 0x8040201008040201L;
        return selected + 0x7F7F7F7F7F7F7F7FL >>> 7 & ONES;
    }

    /** Whether byte i is not 0, as bit i. */
    static long gather(long bytes) {
        long set = ((bytes & 0x7F7F7F7F7F7F7F7FL) + 0x7F7F7F7F7F7F7F7FL | bytes) >>> 7 & ONES;
        return set * 0x0102040810204080L >>> 56;
    }
}
