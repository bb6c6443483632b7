package io.gatun.backend.simd;

/**
 * The sizes in which {@link HostPool} hands out memory: multiples of 64 bytes up to 512, and above that four steps for
 * each power of two (640, 768, 896, 1024, 1280, ...), so that a block is at most a quarter larger than what was asked for,
 * and a block given back fits the next request of about its size.
 *
 * <p>Example: 1,000 bytes take class 10, of 1,024; 1,025 bytes take class 11, of 1,280.
 */
final class SizeClasses {

    /** Every size is a multiple of this, the length of a cache line and of the widest vector. */
    static final int ALIGNMENT = 64;

    private static final int LINEAR = 8; // classes of 64, 128, ... 512 bytes
    private static final int LOG_LINEAR_MOST = 9; // 512 is 2^9
    private static final int LOG_LARGEST = 46; // 64 TiB, more than any machine can be asked for

    /** How many classes there are. */
    static final int COUNT = LINEAR + 4 * (LOG_LARGEST - LOG_LINEAR_MOST);

    private SizeClasses() {}

    /** The smallest class whose blocks hold {@code bytes}. */
    static int of(long bytes) {
        if (bytes <= 1L << LOG_LINEAR_MOST) {
            return bytes <= 0 ? 0 : (int) (bytes - 1) / ALIGNMENT;
        }
        int log = 63 - Long.numberOfLeadingZeros(bytes - 1); // 2^log < bytes <= 2^(log + 1)
        int quarter = (int) (bytes - 1 >>> log - 2) & 3;
        return LINEAR + 4 * (log - LOG_LINEAR_MOST) + quarter;
    }

    /** The size of a class's blocks. */
    static long bytes(int sizeClass) {
        if (sizeClass < LINEAR) {
            return (sizeClass + 1L) * ALIGNMENT;
        }
        int log = (sizeClass - LINEAR) / 4 + LOG_LINEAR_MOST;
        int quarter = (sizeClass - LINEAR) % 4;
        return (5L + quarter) << log - 2;
    }
}
