package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.TensorStateException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import jcuda.Pointer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.JCudaDriver;
import org.jspecify.annotations.Nullable;

/**
 * A device: its context, the streams that its work is queued on, its memory and kernels. Work goes to the stream that the calling
 * thread uses ({@link #current}). From any thread.
 */
public final class DeviceContext {
    private static final int THREADS = 256; // of a block, unless a kernel says otherwise
    private static final DType ANY = DType.F32; // under which kernels are kept that have none
    private static final int STREAMS = 32; // beside the default one, as PyTorch has
    private static final int NAME_LENGTH = 256;

    private final int ordinal;
    private final Device device;
    private final CUdevice handle = new CUdevice();
    private final CUcontext context = new CUcontext();
    private final DeviceStream defaultStream;
    private final List<DeviceStream> streams = new ArrayList<>();
    private int handedOut;
    private final DeviceMemory memory;
    private final KernelCache kernels;
    private final String architecture;
    private final int processors;
    private final StagingRing staging = new StagingRing(this);
    private final Deque<Landing> landings = new ConcurrentLinkedDeque<>();
    private final Deque<StreamEvent> spareEvents = new ConcurrentLinkedDeque<>();
    private final AtomicInteger captures = new AtomicInteger();
    private final List<Capture> graphs = new CopyOnWriteArrayList<>();

    DeviceContext(int ordinal, KernelCompiler compiler) {
        this.ordinal = ordinal;
        this.device = Device.cuda(ordinal);
        Driver.check(JCudaDriver.cuDeviceGet(handle, ordinal), "cuDeviceGet");
        Driver.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain");
        bind();
        this.processors = attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        this.architecture = "sm_" + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        this.memory = new DeviceMemory(this);
        this.kernels = new KernelCache(this, compiler);
        this.defaultStream = new DeviceStream(this);
        this.streams.add(defaultStream);
    }

    private int attribute(int attribute) {
        int[] value = new int[1];
        Driver.check(JCudaDriver.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute");
        return value[0];
    }

    /** As users know it. */
    public Device device() {
        return device;
    }

    int ordinal() {
        return ordinal;
    }

    CUdevice handle() {
        return handle;
    }

    CUcontext context() {
        return context;
    }

    /** Its product name. */
    public String name() {
        byte[] name = new byte[NAME_LENGTH];
        Driver.check(JCudaDriver.cuDeviceGetName(name, NAME_LENGTH, handle), "cuDeviceGetName");
        return new String(name, StandardCharsets.UTF_8).split("\0", 2)[0];
    }

    DeviceMemory memory() {
        return memory;
    }

    /** Its kernels. */
    KernelCache kernels() {
        return kernels;
    }

    /** The bytes of blocks in use. */
    public long memoryAllocated() {
        return memory.used();
    }

    /** The most bytes in use at once. */
    public long maxMemoryAllocated() {
        return memory.peak();
    }

    /** The bytes that the driver gave. */
    public long memoryReserved() {
        return memory.reserved();
    }

    /** Counts the most bytes from now on. */
    public void resetPeakMemory() {
        memory.resetPeak();
    }

    /** Gives what is free back to the driver. */
    public void emptyCache() {
        memory.releaseFree();
    }

    /** As the compiler names it: {@code sm_90}. */
    String architecture() {
        return architecture;
    }

    /** How many streaming multiprocessors it has. */
    int processors() {
        return processors;
    }

    /** Makes it the calling thread's device. */
    void bind() {
        Driver.check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
    }

    // ---- streams

    /** The stream that threads use unless they say otherwise. */
    public DeviceStream defaultStream() {
        return defaultStream;
    }

    /** The stream that the calling thread's work is queued on. */
    public DeviceStream current() {
        return ThreadWork.here().stream(this);
    }

    /** Has the calling thread's work queued on {@code stream} from now on, and gives the one it was queued on before. */
    public DeviceStream use(DeviceStream stream) {
        return ThreadWork.here().use(stream);
    }

    /** Another stream than the last ones given: of {@value #STREAMS}, in turn. */
    public DeviceStream nextStream() {
        synchronized (streams) {
            int next = 1 + handedOut++ % STREAMS;
            if (next == streams.size()) {
                bind();
                streams.add(new DeviceStream(this));
            }
            return streams.get(next);
        }
    }

    /** An event of the caller's own. */
    public StreamEvent newEvent(boolean timed) {
        return new StreamEvent(this, timed);
    }

    /** An event that marks where {@code stream} is, until {@link #spare}. */
    StreamEvent mark(DeviceStream stream) {
        StreamEvent spare = spareEvents.poll();
        StreamEvent event = spare == null ? new StreamEvent(this, false) : spare;
        event.record(stream);
        return event;
    }

    void spare(StreamEvent event) {
        spareEvents.push(event);
    }

    /** Waits until all that is queued on any stream is done. */
    public void synchronize() {
        refuseCapture("synchronize");
        List<DeviceStream> all;
        synchronized (streams) {
            all = List.copyOf(streams);
        }
        all.forEach(stream -> stream.synchronize("synchronize"));
        reportFaults();
    }

    // ---- captures

    /** What the calling thread captures, or null. */
    @Nullable Capture capture() {
        return ThreadWork.here().capture();
    }

    /** Whether any thread captures work of this device. */
    boolean isCaptured() {
        return captures.get() > 0;
    }

    void captureBegins() {
        synchronized (
                memory) { // whose marks are made under it: none that has begun lands in a stream that joins the capture
            captures.incrementAndGet();
        }
    }

    void captureEnds() {
        captures.decrementAndGet();
    }

    /** Has faults that replays of {@code graph} find reported, until {@link #forget}. */
    void watch(Capture graph) {
        graphs.add(graph);
    }

    void forget(Capture graph) {
        graphs.remove(graph);
    }

    /** Throws if a replay met values that its operators refuse. */
    public void reportFaults() {
        for (Capture graph : graphs) {
            graph.reportFaults();
        }
    }

    /** Refuses what only work that is done can answer, while it is only recorded. */
    public void refuseCapture(String what) {
        if (capture() != null) {
            throw new TensorStateException(what
                    + ": a CudaGraph is being captured, whose work is recorded and not done, so there are no values yet: do"
                    + " this before the capture, or after replay()");
        }
    }

    // ---- work

    /** A kernel that is the same for all dtypes. */
    Kernel kernel(KernelName name) {
        return kernels.get(name, ANY);
    }

    /** A kernel for elements of {@code dtype}. */
    Kernel kernel(KernelName name, DType dtype) {
        return kernels.get(name, dtype);
    }

    /** The calling thread's, empty: for the next launch, and none before it. */
    Params params() {
        return ThreadWork.here().params();
    }

    /** Queues a kernel that has something to do for each of {@code elements} indices, which it strides over by the whole grid. */
    void forEach(Kernel kernel, long elements, Params params) {
        if (elements > 0) {
            launch(kernel, Math.min(Math.ceilDiv(elements, THREADS), 32L * processors), THREADS, params);
        }
    }

    /** Queues a kernel. */
    void launch(Kernel kernel, long blocks, int threads, Params params) {
        current().launch(kernel, blocks, threads, params);
    }

    /** Memory for what one of an operator's launches leaves to the next. */
    Scratch scratch(long bytes) {
        return current().scratch(bytes);
    }

    /** Queues the filling of {@code bytes} bytes from {@code address} on with one value. */
    void set(long address, byte value, long bytes) {
        current().set(address, value, bytes);
    }

    // ---- copies

    /** Pinned memory of the host. */
    @SuppressWarnings("restricted") // the driver gives an address
    MemorySegment pinned(long bytes) {
        bind();
        Pointer pointer = new Pointer();
        Driver.check(JCudaDriver.cuMemHostAlloc(pointer, bytes, 0), "cuMemHostAlloc");
        return MemorySegment.ofAddress(Address.of(pointer)).reinterpret(bytes);
    }

    /** Gives pinned memory back, which nothing may use. */
    void unpin(MemorySegment memory) {
        bind();
        Driver.check(JCudaDriver.cuMemFreeHost(Address.host(memory.address())), "cuMemFreeHost");
    }

    /** Copies memory from {@code address} on to the host's, when all that the thread queued before is done, and waits. */
    void read(long address, MemorySegment target) {
        ThreadWork work = ThreadWork.here();
        if (work.capture() != null) {
            refuseCapture(work.operator() + ": reads a value of " + device);
        }
        if (target.byteSize() > 0) {
            Landing spare = landings.poll();
            Landing landing = spare == null ? new Landing(this) : spare;
            landing.copy(work.stream(this), address, target);
            landings.push(landing); // not after an error: a copy may still be on its way into it
        }
        reportFaults();
    }

    /** The number at {@code address}, when all that the thread queued before is done; waits. */
    long readLong(long address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            read(address, value);
            return value.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** Queues a copy of the host's memory, which may change when this returns. */
    void write(MemorySegment source, long address) {
        if (source.byteSize() == 0) {
            return;
        }
        if (capture() != null) {
            throw new TensorStateException("copy to " + device
                    + ": a CudaGraph is being captured, and each replay would copy the same numbers again: make the tensor"
                    + " before the capture, and copy_ into it before each replay()");
        }
        staging.copy(current(), source, address);
    }
}
