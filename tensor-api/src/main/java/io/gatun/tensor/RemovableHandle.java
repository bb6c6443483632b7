package io.gatun.tensor;

/**
 * One registration of a hook. The same hook may be registered more than once; each handle removes its own registration,
 * once, and does nothing after that. Closing is removing, for hooks that live in a {@code try}.
 */
@FunctionalInterface
public interface RemovableHandle extends AutoCloseable {
    /** Removes the hook. */
    void remove();

    /** {@link #remove}. */
    @Override
    default void close() {
        remove();
    }
}
