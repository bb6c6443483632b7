package io.gatun.tensor.spi;

/**
 * How a backend is found: a service ({@link java.util.ServiceLoader}) with a public no-argument constructor.
 *
 * <p>The provider class itself must load everywhere: no types of optional modules or drivers in its fields and
 * signatures, no I/O in its initialisation. It touches them in {@link #availability} and {@link #create} only.
 */
public interface BackendProvider {
    /** The name that {@code gatun.backend} selects it by: {@code simd}, {@code reference}, {@code cuda}. */
    String name();

    /** The kind of device it serves: {@code cpu} or {@code cuda}. */
    String deviceType();

    /** The larger is preferred where nothing is asked for: cuda 300, simd 200, reference 100. */
    int priority();

    /** {@link io.gatun.tensor.op.OpRules#OP_SET_VERSION} as it was when the backend was compiled. */
    int opSetVersion();

    /** Whether it can run here. Never throws. */
    Availability availability();

    /** The backend. Called once, and only if it is usable. */
    Backend create();
}
