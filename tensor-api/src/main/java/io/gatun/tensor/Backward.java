package io.gatun.tensor;

/**
 * Options of a backward pass.
 *
 * @param retainsGraph whether the graph survives, for another pass through it
 * @param createsGraph whether the pass is itself recorded, for gradients of gradients
 */
public record Backward(boolean retainsGraph, boolean createsGraph) {
    /** The graph is freed as the pass goes through it. */
    public static Backward standard() {
        return new Backward(false, false);
    }

    /** The graph survives. */
    public static Backward retainGraph() {
        return new Backward(true, false);
    }

    /** The pass is recorded, and the graph survives. */
    public static Backward createGraph() {
        return new Backward(true, true);
    }
}
