package io.gatun.backend.cuda;

import org.jspecify.annotations.Nullable;

/**
 * The system properties of the backend that are true or false. Each is read once; one that is neither is refused when the backend
 * is made ({@link #requireValid}), as a typing error would otherwise pass for the default.
 */
enum Flag {
    /** Products of F32 whose factors are rounded to TF32, of ten bits after the point, on tensor cores. */
    ALLOW_TF32("gatun.cuda.allowTf32", false),
    /** Each operator is waited for, so that an error is that of the operator that it is thrown from. */
    SYNC("gatun.cuda.sync", false),
    /** Memory that comes back is kept; if not each tensor has memory of the driver's own, so that tools that watch memory see it. */
    MEMORY_KEPT("gatun.cuda.memory.kept", true),
    /** Tensor cores are used for F16 and BF16 in attention and convolutions. */
    TENSOR_CORES("gatun.cuda.tensorCores", true);

    private final String property;
    private final boolean otherwise;

    Flag(String property, boolean otherwise) {
        this.property = property;
        this.otherwise = otherwise;
    }

    /** What the property says, or the default. */
    boolean isSet() {
        return parse(System.getProperty(property));
    }

    /** What {@code value} says; without one, the default. */
    boolean parse(@Nullable String value) {
        String text = value == null ? "" + otherwise : value.strip();
        if (text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")) {
            return text.equalsIgnoreCase("true");
        }
        throw new IllegalArgumentException("the system property " + property + " is \"" + value + "\": expected true or"
                + " false, or no such property for " + otherwise);
    }

    /** Throws if a property is neither true nor false. */
    static void requireValid() {
        for (Flag flag : values()) {
            flag.isSet();
        }
    }
}
