package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Storage;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * A block of {@link HostPool}. As long as this object is reachable the block is its own; a {@link MemorySegment} alone does
 * not keep it, so that whoever works on the segment must keep the storage reachable to the end
 * ({@link Reference#reachabilityFence}).
 */
final class HostStorage extends Storage {

    private static final long ALIGNMENT = 64;

    private static final VarHandle GIVEN_BACK;

    static {
        try {
            GIVEN_BACK = MethodHandles.lookup().findVarHandle(HostStorage.class, "givenBack", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    /** The whole block; {@link #segment} is as much of it as was asked for. */
    final MemorySegment block;

    final int sizeClass;

    private final HostPool pool;

    /** The slab that a small block was cut from: this reference keeps it. Null for a large block. */
    private final @Nullable Slab slab;

    /** How the pool knows a large block. */
    private RegionPool.@Nullable Lease lease;

    private final MemorySegment segment;

    /** Where the elements are once somebody outside shares them; null before. */
    private volatile @Nullable MemorySegment moved;

    /** Never read: its weight on the Java heap makes collections come in time. See {@link HostPool}. */
    @SuppressWarnings({"unused", "FieldCanBeLocal"})
    private final byte @Nullable [] ballast;

    @SuppressWarnings("unused") // through GIVEN_BACK
    private volatile boolean givenBack;

    /** A small block, cut from {@code slab}. */
    HostStorage(HostPool pool, long byteSize, MemorySegment block, int sizeClass, Slab slab) {
        super(pool.device(), byteSize);
        this.pool = pool;
        this.block = block;
        this.sizeClass = sizeClass;
        this.slab = slab;
        this.segment = exactly(block, byteSize);
        this.ballast = null;
    }

    /** The next user of a small block that was given back. */
    HostStorage(long byteSize, HostStorage previous) {
        super(previous.pool.device(), byteSize);
        this.pool = previous.pool;
        this.block = previous.block;
        this.sizeClass = previous.sizeClass;
        this.slab = previous.slab;
        this.segment = previous.byteSize() == byteSize ? previous.segment : exactly(block, byteSize);
        this.ballast = null;
    }

    /** A large block, a region of its own; the pool sets its lease. */
    HostStorage(HostPool pool, long byteSize, RegionPool.Region region, int ballastBytes) {
        super(pool.device(), byteSize);
        this.pool = pool;
        this.block = region.memory;
        this.sizeClass = region.sizeClass;
        this.slab = null;
        this.segment = exactly(block, byteSize);
        this.ballast = ballastBytes == 0 ? null : new byte[ballastBytes];
    }

    private static MemorySegment exactly(MemorySegment block, long byteSize) {
        return block.byteSize() == byteSize ? block : block.asSlice(0, byteSize);
    }

    void lease(RegionPool.Lease lease) {
        this.lease = lease;
    }

    @Override
    public void holds(@Nullable Op op, Shape shape, DType dtype) {
        pool.holds(this, lease, op, shape, dtype);
    }

    /** Whether the block is no longer its own. */
    boolean isGivenBack() {
        return givenBack;
    }

    @Override
    public MemorySegment segment() {
        MemorySegment elsewhere = moved;
        return elsewhere == null ? segment : elsewhere;
    }

    /**
     * Moves the elements into memory of the collector's own, which any slice of the segment keeps. (To tie a segment over the
     * block to this object would take a restricted method.) The block stays with this object, as a kernel of another thread
     * may be reading it.
     */
    @Override
    public synchronized MemorySegment shared() {
        MemorySegment elsewhere = moved;
        if (elsewhere == null) {
            elsewhere = Arena.ofAuto().allocate(byteSize(), ALIGNMENT).copyFrom(segment);
            moved = elsewhere;
        }
        return elsewhere;
    }

    @Override
    protected void release() {
        giveBack();
    }

    /** Gives the block back at once; a second call does nothing. For a backend's own temporaries. */
    void giveBack() {
        if (!GIVEN_BACK.compareAndSet(this, false, true)) {
            return;
        }
        try {
            if (lease != null) {
                pool.takeBackLarge(lease);
            } else {
                pool.takeBackSmall(this);
            }
        } finally {
            Reference.reachabilityFence(this); // nor may the collector find it while it is being given back
        }
    }
}
