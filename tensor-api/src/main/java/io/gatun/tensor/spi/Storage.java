package io.gatun.tensor.spi;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Shape;
import io.gatun.tensor.TensorStateException;
import io.gatun.tensor.op.Op;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * A block of memory that tensors view: made by a backend, or over a mapped file or a user's segment.
 *
 * <p>The storage object is the token of reachability: as long as it is reachable its memory is its own, and a backend
 * that recycles memory waits for the object to become unreachable, or for {@link #release}. It counts the in-place
 * changes made to it, by which automatic differentiation knows that a saved value is gone.
 */
public abstract class Storage {
    private final Device device;
    private final long byteSize;
    private int version;
    private boolean inference;
    private @Nullable Op madeBy;
    private @Nullable Object owner;
    private @Nullable String closedBy;

    /** For a block of {@code byteSize} bytes on {@code device}. */
    protected Storage(Device device, long byteSize) {
        this.device = device;
        this.byteSize = byteSize;
    }

    /** The device whose memory it is. */
    public final Device device() {
        return device;
    }

    /** Its size. */
    public final long byteSize() {
        return byteSize;
    }

    /**
     * The memory as a segment of {@link #byteSize} bytes.
     *
     * @throws TensorStateException if the memory is not the host's
     */
    public abstract MemorySegment segment();

    /**
     * The same memory as {@link #segment} for hands outside the library: a segment that keeps the memory by itself, whatever
     * becomes of this object. For storages whose segments do so anyway; one of a pool moves its elements out of it.
     */
    public MemorySegment shared() {
        return segment();
    }

    /** Whether in-place operators may write to it; a file mapped read-only says no. */
    public boolean isWritable() {
        return true;
    }

    /**
     * Gives the memory back at once. Called at most once, when a scope closes, with no operator running on it; the
     * default leaves it to collection.
     */
    protected void release() {}

    /** How many in-place changes it has seen. */
    public final int version() {
        return version;
    }

    /** Counts an in-place change. */
    public final void countChange() {
        version++;
    }

    /** Whether it was made in inference mode: no gradient may save what is in it, since its changes go unseen. */
    public final boolean isInference() {
        return inference;
    }

    /** Says that it was made in inference mode. */
    public final void markInference() {
        inference = true;
    }

    /** Remembers the operator that made it, for messages. */
    public final void madeBy(Op op) {
        madeBy = op;
    }

    /**
     * Says what it was made for: a backend that can run out of memory remembers it, to say then what is alive ({@link
     * LiveTensor}). The default does nothing.
     *
     * @param op what makes the tensor, or null
     */
    public void holds(@Nullable Op op, Shape shape, DType dtype) {}

    /** The scope that closes it, or null. */
    public final @Nullable Object owner() {
        return owner;
    }

    /** Hands it to another scope, or with null to collection alone. */
    public final void owner(@Nullable Object scope) {
        owner = scope;
    }

    /** Gives the memory back; later use is refused with {@code closedBy} in the message. */
    public final void close(String closedBy) {
        if (this.closedBy == null) {
            this.closedBy = closedBy;
            owner = null;
            release();
        }
    }

    /** Whether {@link #close} was called. */
    public final boolean isClosed() {
        return closedBy != null;
    }

    /** The exception for a use after {@link #close}. */
    public final TensorStateException closedException() {
        String made = madeBy == null ? "this tensor" : "this result of " + madeBy.operatorName();
        return new TensorStateException(made + " was given back when " + closedBy
                + " closed: call scope.keep(tensor) before that, or make it outside the scope");
    }
}
