package io.gatun.autograd;

import org.jspecify.annotations.Nullable;

/** What automatic differentiation knows of a thread: the modes it is in. Each is set for a stretch and then restored. */
final class ThreadState {
    private static final ThreadLocal<ThreadState> CURRENT = ThreadLocal.withInitial(ThreadState::new);

    /** See {@link GradMode}. */
    boolean enabled = true;

    /** See {@link Autograd#inferenceMode}. */
    boolean inference;

    /** See {@link AnomalyMode}. */
    boolean detectsAnomaly;

    /** See {@link ForwardMode}. */
    boolean pushes;

    /** While anomalies are looked for: the call whose gradient is being computed. */
    @Nullable ForwardCall running;

    /** The innermost checkpointed function that runs, or null. */
    Checkpoint.@Nullable Run checkpoint;

    private ThreadState() {}

    /** This thread's. */
    static ThreadState current() {
        return CURRENT.get();
    }
}
