package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import io.gatun.tensor.DeviceException;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;

/**
 * The CUDA backend: every operator is queued on its device's stream, and the host goes on. It waits only where it reads what a
 * device computed: copies to the host, and operators that refuse operands for their values.
 *
 * <h2>Where to look</h2>
 *
 * <ul>
 *   <li>{@link CudaLibraries} finds the driver, cuBLAS and the compiler;
 *   <li>{@link DeviceContext} is a device: its {@link DeviceMemory}, kernels, which {@link KernelCache} compiles, and
 *       streams; each {@link DeviceStream} is a queue, and {@link ThreadWork} says which one a thread uses;
 *   <li>{@link StagingRing} and {@link Landing} are what copies to a device and from it pass through, {@link PeerCopies} go from
 *       one to another; a {@link Capture} is work recorded to be repeated, a graph;
 *   <li>{@link Elementwise}, {@link Reductions}, {@link Scans}, {@link Sorts}, {@link Indexing}, {@link Creation}, {@link
 *       Copies} and {@link MatMuls} execute operators, {@link Fusions} composites.
 * </ul>
 *
 * <h2>A launch</h2>
 *
 * <p>is put together in what the calling thread uses for all of them, and leaves nothing on the Java heap: {@link Nest} finds the
 * loops over strided operands, {@link Params} is the kernel's argument in native memory, {@link KernelName} leads to the compiled
 * {@link Kernel} by a number, {@link Scratch} is memory from one launch of an operator to the next, and {@link CublasCalls} are given
 * numbers ({@link JCublas}, objects). A {@link Copies.Temporary} does cost objects, as any tensor's memory; so does waiting for a value. Operators of many
 * launches, or with much to tell, have an object or two of their own: sorting, scattering, attention, convolutions, recurrent
 * layers.
 */
public final class CudaBackend implements Backend {
    /** The provider's name. */
    static final String NAME = "cuda";

    private final List<DeviceContext> devices = new ArrayList<>();
    private final List<MatMuls> products = new ArrayList<>();
    private final List<Fusions> fusions = new ArrayList<>();
    private final PeerCopies peers = new PeerCopies();

    /** @throws IllegalArgumentException if a property is set to what it cannot be */
    CudaBackend(CudaLibraries libraries) {
        Flag.requireValid();
        for (int ordinal = 0; ordinal < libraries.devices(); ordinal++) {
            DeviceContext device = new DeviceContext(ordinal, libraries.compiler());
            devices.add(device);
            device.bind();
            products.add(new MatMuls(device, libraries.newCublas(), Flag.ALLOW_TF32.isSet()));
            fusions.add(new Fusions(device, products.get(ordinal)));
        }
    }

    @Override
    public String name() {
        return NAME;
    }

    /** How many devices there are. */
    public int devices() {
        return devices.size();
    }

    /**
     * One of its devices.
     *
     * @throws DeviceException if there is none of that number
     */
    public DeviceContext context(Device device) {
        if (device.index() >= devices.size()) {
            throw new DeviceException("there is no " + device + ": this machine has " + devices.size()
                    + ", numbered from 0; CUDA_VISIBLE_DEVICES may hide others");
        }
        return devices.get(device.index());
    }

    @Override
    public Storage allocate(Device device, long byteSize) {
        return new CudaStorage(device, byteSize, context(device).memory().allocate(byteSize));
    }

    @Override
    public void execute(Op.Kernel op, TensorView[] in, TensorView[] out) {
        int ordinal = out[0].storage().device().index();
        DeviceContext device = devices.get(ordinal);
        try {
            begin(device, op, in, out);
            dispatch(device, products.get(ordinal), op, in, out);
            end(device, op);
        } finally {
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
    }

    @Override
    public boolean claims(Op.Composite op, TensorView[] in) {
        return Fusions.claims(op, in);
    }

    @Override
    public void execute(Op.Composite op, TensorView[] in, TensorView[] out) {
        int ordinal = out[0].storage().device().index();
        DeviceContext device = devices.get(ordinal);
        try {
            begin(device, op, in, out);
            fusions.get(ordinal).execute(op, in, out);
            end(device, op);
        } finally {
            Reference.reachabilityFence(in);
            Reference.reachabilityFence(out);
        }
    }

    /** Says what the calling thread is about to queue, and what memory that uses. */
    private static void begin(DeviceContext device, Op op, TensorView[] in, TensorView[] out) {
        ThreadWork work = ThreadWork.here();
        DeviceStream stream = work.stream(device);
        Capture capture = work.capture();
        work.begin(op);
        if (capture != null) {
            capture.requireDevice(device, op);
        }
        stream.remember(op);
        for (TensorView view : in) {
            CudaStorage storage = (CudaStorage) view.storage();
            storage.usedOn(stream, capture);
            if (op instanceof Op.Copy && capture == null) { // what the host reads is made contiguous first
                stream.waitFor(storage.writer());
            }
        }
        for (TensorView view : out) {
            ((CudaStorage) view.storage()).writtenOn(stream, capture);
        }
    }

    /** Waits where each operator is to be waited for. */
    private static void end(DeviceContext device, Op op) {
        if (Driver.SYNCHRONOUS && device.capture() == null) {
            device.current().synchronize(op.operatorName());
        }
    }

    @Override
    public boolean isCapturing() {
        return ThreadWork.here().capture() != null;
    }

    private static void dispatch(
            DeviceContext device, MatMuls products, Op.Kernel op, TensorView[] in, TensorView[] out) {
        switch (op) {
            case Op.Unary(var kind) -> Elementwise.unary(device, kind, in[0], out[0]);
            case Op.Binary(var kind) -> Elementwise.binary(device, kind, in[0], in[1], out[0]);
            case Op.Compare(var kind) -> Elementwise.compare(device, kind, in[0], in[1], out[0]);
            case Op.Where _ -> Elementwise.where(device, in[0], in[1], in[2], out[0]);
            case Op.Clamp _ -> Elementwise.clamp(device, in[0], in[1], in[2], out[0]);
            case Op.Cast _ -> Elementwise.cast(device, in[0], out[0]);
            case Op.Copy _ -> Copies.copy(device, in[0], out[0]);
            case Op.Fill fill -> Creation.fill(device, fill, out[0]);
            case Op.Arange arange -> Creation.arange(device, arange, out[0]);
            case Op.Random random -> Creation.random(device, random, out[0]);
            case Op.Reduce reduce -> Reductions.run(device, reduce, in[0], out[0]);
            case Op.ArgReduce reduce -> Reductions.run(device, reduce, in[0], out[0]);
            case Op.ArgScan scan -> Scans.run(device, scan, in[0], out[0]);
            case Op.Scan scan -> Scans.run(device, scan, in[0], out[0]);
            case Op.Sort sort -> Sorts.run(device, sort, in[0], out[0], out[1]);
            case Op.MatMul _ -> products.multiply(in[0], in[1], out[0]);
            case Op.Gather gather -> Indexing.gather(device, gather, in[0], in[1], out[0]);
            case Op.Scatter scatter -> Indexing.scatter(device, scatter, in[0], in[1], in[2], out[0]);
            case Op.IndexSelect select -> Indexing.indexSelect(device, select, in[0], in[1], out[0]);
            case Op.IndexAdd add -> Indexing.indexAdd(device, add, in[0], in[1], in[2], out[0]);
            case Op.Nonzero _ -> Indexing.nonzero(device, in[0], out[0]);
        }
    }

    @Override
    public void copyToHost(Storage source, long byteOffset, MemorySegment target) {
        try {
            CudaStorage storage = (CudaStorage) source;
            DeviceContext device = context(source.device());
            if (device.capture() == null) {
                DeviceStream stream = device.current();
                storage.usedOn(stream, null);
                stream.waitFor(storage.writer());
            }
            device.read(storage.address() + byteOffset, target);
        } finally {
            Reference.reachabilityFence(source);
        }
    }

    @Override
    public void copyFromHost(MemorySegment source, Storage target, long byteOffset) {
        try {
            CudaStorage storage = (CudaStorage) target;
            DeviceContext device = context(target.device());
            if (device.capture() == null) {
                storage.writtenOn(device.current(), null);
            }
            device.write(source, storage.address() + byteOffset);
        } finally {
            Reference.reachabilityFence(target);
        }
    }

    @Override
    public void copyBetween(Storage source, long sourceOffset, Storage target, long targetOffset, long byteSize) {
        try {
            PeerCopies.End from = new PeerCopies.End(context(source.device()), (CudaStorage) source, sourceOffset);
            PeerCopies.End to = new PeerCopies.End(context(target.device()), (CudaStorage) target, targetOffset);
            peers.copy(from, to, byteSize);
        } finally {
            Reference.reachabilityFence(source);
            Reference.reachabilityFence(target);
        }
    }
}
