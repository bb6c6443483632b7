package io.gatun.backend.cuda;

import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.function.Consumer;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUstream;
import jcuda.driver.JCudaDriver;

/** A device: its context, the stream that its work is queued on, its memory and kernels. From any thread. */
final class DeviceContext {
    private static final int THREADS = 256; // of a block, unless a kernel says otherwise
    private static final long MOST_BLOCKS = Integer.MAX_VALUE;

    private final int ordinal;
    private final Device device;
    private final CUcontext context = new CUcontext();
    private final CUstream stream = new CUstream();
    private final Params params = new Params();
    private final DeviceMemory memory;
    private final KernelCache kernels;
    private final String architecture;
    private final int processors;

    DeviceContext(int ordinal, KernelCompiler compiler) {
        this.ordinal = ordinal;
        this.device = Device.cuda(ordinal);
        CUdevice handle = new CUdevice();
        Driver.check(JCudaDriver.cuDeviceGet(handle, ordinal), "cuDeviceGet");
        Driver.check(JCudaDriver.cuDevicePrimaryCtxRetain(context, handle), "cuDevicePrimaryCtxRetain");
        bind();
        Driver.check(
                JCudaDriver.cuStreamCreate(stream, 1), "cuStreamCreate"); // 1: does not wait for the default stream
        this.processors = attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
        this.architecture = "sm_" + attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
                + attribute(handle, CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
        this.memory = new DeviceMemory(this);
        this.kernels = new KernelCache(this, compiler);
    }

    private static int attribute(CUdevice handle, int attribute) {
        int[] value = new int[1];
        Driver.check(JCudaDriver.cuDeviceGetAttribute(value, attribute, handle), "cuDeviceGetAttribute");
        return value[0];
    }

    Device device() {
        return device;
    }

    int ordinal() {
        return ordinal;
    }

    CUstream stream() {
        return stream;
    }

    /** The stream, as cuBLAS is told of it. */
    long streamAddress() {
        return Address.of(stream);
    }

    DeviceMemory memory() {
        return memory;
    }

    /** Its kernels. */
    KernelCache kernels() {
        return kernels;
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

    /**
     * The kernel {@code name} of the source {@code family}.cu.
     *
     * @param defines macros, {@code NAME=VALUE}
     */
    Kernel kernel(String family, String name, String... defines) {
        return kernels.get(family, name, defines);
    }

    /** The kernel {@code name} of the source {@code family}.cu, for elements of {@code dtype}, which it calls {@code T}. */
    Kernel kernel(String family, String name, DType dtype) {
        return kernel(family, name, "GATUN_TYPE=" + dtype, "GATUN_INTEGRAL=" + (dtype.isFloatingPoint() ? 0 : 1));
    }

    /** Queues a kernel that has something to do for each of {@code elements} indices, which it strides over by the whole grid. */
    void forEach(Kernel kernel, long elements, Consumer<Params> arguments) {
        if (elements > 0) {
            long blocks = Math.min(Math.ceilDiv(elements, THREADS), 32L * processors);
            launch(kernel, blocks, THREADS, 0, arguments);
        }
    }

    /** Queues a kernel, with {@code shared} bytes of dynamic shared memory. */
    void launch(Kernel kernel, long blocks, int threads, int shared, Consumer<Params> arguments) {
        if (blocks > MOST_BLOCKS) {
            throw new CudaException(kernel.name() + ": " + blocks + " blocks are more than a grid has");
        }
        synchronized (params) {
            bind();
            arguments.accept(params.clear());
            Driver.check(
                    JCudaDriver.cuLaunchKernel(
                            kernel.function(),
                            (int) blocks,
                            1,
                            1,
                            threads,
                            1,
                            1,
                            shared,
                            stream,
                            params.addresses(),
                            null),
                    kernel.name());
        }
        if (Driver.SYNCHRONOUS) {
            synchronize(kernel.name());
        }
    }

    /** Queues the filling of {@code bytes} bytes from {@code address} on with one value. */
    void set(long address, byte value, long bytes) {
        bind();
        Driver.check(JCudaDriver.cuMemsetD8Async(Address.device(address), value, bytes, stream), "cuMemsetD8Async");
    }

    /** Copies memory from {@code address} on to the host's, when all that was queued before is done, and waits. */
    void read(long address, MemorySegment target) {
        if (target.byteSize() == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment to = target.isNative() ? target : arena.allocate(target.byteSize());
            bind();
            Driver.check(
                    JCudaDriver.cuMemcpyDtoHAsync(
                            Address.host(to.address()), Address.device(address), to.byteSize(), stream),
                    "cuMemcpyDtoHAsync");
            synchronize("cuMemcpyDtoHAsync");
            if (!target.isNative()) {
                target.copyFrom(to);
            }
        }
    }

    /** The number at {@code address}, when all that was queued before is done; waits. */
    long readLong(long address) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment value = arena.allocate(ValueLayout.JAVA_LONG);
            read(address, value);
            return value.get(ValueLayout.JAVA_LONG, 0);
        }
    }

    /** Queues a copy of the host's memory, of which the driver has one of its own when this returns. */
    void write(MemorySegment source, long address) {
        if (source.byteSize() == 0) {
            return;
        }
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment from = source.isNative()
                    ? source
                    : arena.allocate(source.byteSize()).copyFrom(source);
            bind();
            Driver.check(
                    JCudaDriver.cuMemcpyHtoDAsync(
                            Address.device(address), Address.host(from.address()), from.byteSize(), stream),
                    "cuMemcpyHtoDAsync");
        }
    }

    /** Waits until all that is queued is done; {@code what} is named where it failed. */
    void synchronize(String what) {
        bind();
        Driver.check(JCudaDriver.cuStreamSynchronize(stream), what);
    }
}
