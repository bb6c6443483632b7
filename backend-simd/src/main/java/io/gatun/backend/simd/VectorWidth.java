package io.gatun.backend.simd;

import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.jspecify.annotations.Nullable;

/**
 * The one vector width that every kernel of this backend uses.
 *
 * <p>It is the machine's preferred width unless {@value #PROPERTY} names a narrower one (128, 256 or 512 bits). The property
 * exists so that a machine with wide vectors can test, and measure, what a narrower one will run; asking for more than the
 * machine has is refused, because the Vector API would then box every vector and be hundreds of times slower without a
 * word.
 *
 * <p>The species that kernels take from here are constants to the JIT only when they are kept in {@code static final}
 * fields of the kernel's own class.
 */
final class VectorWidth {

    /** The system property that narrows the vectors. */
    static final String PROPERTY = "gatun.simd.width";

    /** The width in use, in bits. */
    static final int BITS =
            chosen(System.getProperty(PROPERTY), VectorShape.preferredShape().vectorBitSize());

    private static final int FOUR_LONGS = 256;

    private VectorWidth() {}

    /**
     * The species of the width in use for an element type such as {@code float.class}.
     *
     * <p>Elements of 64 bits get at least four lanes where the machine has vectors of 256 bits, whatever the width: on x86 the
     * JIT has no masks of two lanes, and every comparison and blend would be boxed (measured: 330 ns an element).
     */
    static <E> VectorSpecies<E> species(Class<E> elementType) {
        boolean wide = elementType == long.class || elementType == double.class;
        int bits = wide && BITS < FOUR_LONGS && machineHas(FOUR_LONGS) ? FOUR_LONGS : BITS;
        return VectorSpecies.of(elementType, VectorShape.forBitSize(bits));
    }

    /** Whether the machine has vectors of this many bits, whatever width was chosen. */
    static boolean machineHas(int bits) {
        return VectorShape.preferredShape().vectorBitSize() >= bits;
    }

    /** The width that a property's value asks for, or the preferred one where it is not set. */
    static int chosen(@Nullable String asked, int preferred) {
        if (asked == null || asked.isBlank()) {
            return preferred;
        }
        int bits = switch (asked.strip()) {
            case "128" -> 128;
            case "256" -> 256;
            case "512" -> 512;
            default ->
                throw new IllegalArgumentException("-D" + PROPERTY + "=" + asked + ": expected one of 128, 256, 512");
        };
        if (bits > preferred) {
            throw new IllegalArgumentException(
                    "-D" + PROPERTY + "=" + asked + ": this machine's vectors have only " + preferred + " bits");
        }
        return bits;
    }
}
