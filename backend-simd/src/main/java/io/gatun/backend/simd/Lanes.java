package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import jdk.incubator.vector.ByteVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * How dtypes map to lanes, and small things that templates need. Nothing here takes or returns a vector: a method that many
 * kernels share is compiled once for all of them, and large as that is, it would not be inlined into any (see
 * {@link Stamp}).
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

    /** Something to read by {@code Unsafe}: see {@link #mayFault}. */
    static final Anything ANYTHING = new Anything();

    static final VarHandle NUMBER;

    static {
        try {
            NUMBER = MethodHandles.lookup().findVarHandle(Anything.class, "number", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private static final Class<? extends MemorySegment> OFF_HEAP = MemorySegment.NULL.getClass();

    private Lanes() {}

    /** The same segment, of which the JIT knows from here on that it is not on the heap: {@link Stamp} says what for. */
    static MemorySegment offHeap(MemorySegment segment) {
        return OFF_HEAP.cast(segment);
    }

    /**
     * An access by {@code Unsafe} to nothing in particular: {@link Stamp} says what for. By a handle, because all of those is
     * inlined, whatever profiles say; a call that remains in a loop of vectors costs as much as the loop.
     */
    @Expanded
    static void mayFault() {
        int _ = (int) NUMBER.get(ANYTHING);
    }

    /** {@link #ANYTHING}. */
    static final class Anything {
        int number;
    }

    /** The dtype that arithmetic on {@code dtype} is done in: the half types widen to F32, bool is a byte. */
    static DType computed(DType dtype) {
        if (dtype == DType.BOOL) {
            return DType.U8;
        }
        return Halves.isHalf(real(dtype)) ? DType.F32 : dtype;
    }

    /** The species for elements of a dtype; for the half types, that of their bits. */
    static VectorSpecies<?> species(DType dtype) {
        if (dtype == DType.F32) {
            return VectorWidth.species(float.class);
        }
        return dtype == DType.F64
                ? VectorWidth.species(double.class)
                : speciesOfSize(real(dtype).byteSize());
    }

    /** {@link #species} for a template that says float where it means {@code dtype} ({@link Stamp#exact}). */
    @SuppressWarnings("unchecked")
    static VectorSpecies<Float> exact(DType dtype) {
        return (VectorSpecies<Float>) species(dtype);
    }

    private static DType real(DType dtype) {
        if (dtype.isComplex()) {
            throw new IllegalStateException("no kernel is given elements of " + dtype + ", only their parts");
        }
        return dtype;
    }

    /** The integer dtype of as many bytes: for what moves elements and does not look at them. */
    static DType bits(DType dtype) {
        return integer(dtype.byteSize());
    }

    /** The integer dtype of {@code bytes} bytes. */
    static DType integer(int bytes) {
        return switch (bytes) {
            case 1 -> DType.I8;
            case 2 -> DType.I16;
            case 4 -> DType.I32;
            default -> DType.I64;
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

    /** Fills 64 bytes from {@code targetAt} on with the element of {@code size} bytes at {@code at}. */
    static void repeat(int size, MemorySegment segment, long at, MemorySegment target, long targetAt) {
        long word = switch (size) {
            case 1 -> (segment.get(BYTE, at) & 0xFFL) * ONES;
            case 2 -> (segment.get(SHORT, at) & 0xFFFFL) * 0x0001000100010001L;
            case 4 -> (segment.get(INT, at) & 0xFFFFFFFFL) * 0x0000000100000001L;
            default -> segment.get(LONG, at);
        };
        for (int i = 0; i < 64; i += Long.BYTES) {
            target.set(LONG, targetAt + i, word);
        }
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
