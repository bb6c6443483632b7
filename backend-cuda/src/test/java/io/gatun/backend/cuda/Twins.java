package io.gatun.backend.cuda;

import static org.assertj.core.api.Assertions.assertThat;

import io.gatun.cuda.Cuda;
import io.gatun.tensor.DType;
import io.gatun.tensor.Device;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Shape;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Backend;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.Storage;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Random;
import java.util.function.LongFunction;
import org.junit.jupiter.api.Assumptions;

/**
 * Tensors of which the reference backend has one and a device has one: an operator is executed on both, and then all bytes of all
 * their memory must be equal, those around the tensors too.
 */
final class Twins {
    private static final long AROUND = 8; // elements

    private final Device device;
    private final Random random;

    Twins(Device device, long seed) {
        this.device = device;
        this.random = new Random(seed);
    }

    /**
     * The emulated device; where there is no compiler for it, the test is skipped. With {@code -Dgatun.cuda.emulator=false} it is
     * the machine's own.
     */
    static Device device() {
        if (!isEmulated()) {
            return Device.cuda(0);
        }
        Optional<Path> libraries = Emulator.build();
        Assumptions.assumeTrue(libraries.isPresent(), Emulator::whyNot);
        System.setProperty(LibraryFinder.PROPERTY, libraries.get().toString());
        return Device.cuda(0);
    }

    /** Another device; where there is one only, the test is skipped. */
    static Device second() {
        device();
        Assumptions.assumeTrue(Cuda.deviceCount() > 1, "two devices are needed, and this machine has one");
        return Device.cuda(1);
    }

    /** Whether {@link #device} is an emulated one. */
    static boolean isEmulated() {
        return !System.getProperty("gatun.cuda.emulator", "").equals("false");
    }

    /** A tensor there twice. */
    record Twin(View host, View device) {}

    record View(Storage storage, Layout layout, DType dtype) implements TensorView {}

    /** With elements of random bits, those of floating-point numbers included. */
    Twin bits(DType dtype, Layout layout) {
        return of(dtype, layout, i -> random.nextLong());
    }

    /** With small numbers, some of them zero. */
    Twin numbers(DType dtype, Layout layout) {
        MemorySegment one = MemorySegment.ofArray(new long[1]);
        return of(dtype, layout, i -> {
            one.set(ValueLayout.JAVA_LONG, 0, 0);
            if (dtype.isFloatingPoint()) {
                double value = random.nextInt(4) == 0 ? 0.0 : random.nextGaussian() * 3;
                Elements.setDouble(dtype, one, 0, random.nextBoolean() ? value : -value);
            } else {
                Elements.setLong(dtype, one, 0, random.nextInt(-9, 10));
            }
            return one.get(ValueLayout.JAVA_LONG, 0);
        });
    }

    /** With indices below {@code bound}. */
    Twin indices(long bound, Layout layout) {
        return of(DType.I64, layout, i -> random.nextLong(bound));
    }

    /** With the low bits of {@code bits}, by element of the memory. */
    Twin of(DType dtype, Layout layout, LongFunction<Long> bits) {
        long elements = AROUND + (layout.shape().isEmpty() ? 0 : layout.lastElement() + 1);
        int size = dtype.byteSize();
        Storage host = reference().allocate(Device.of("reference"), elements * size);
        MemorySegment memory = host.segment();
        for (long i = 0; i < elements; i++) {
            long value = bits.apply(i);
            for (int k = 0; k < size; k++) {
                byte part = (byte) (value >> 8 * k);
                memory.set(ValueLayout.JAVA_BYTE, i * size + k, dtype == DType.BOOL ? (byte) (part & 1) : part);
            }
        }
        Storage there = device.backend().allocate(device, elements * size);
        device.backend().copyFromHost(memory, there, 0);
        return new Twin(new View(host, layout, dtype), new View(there, layout, dtype));
    }

    private static Backend reference() {
        return Device.of("reference").backend();
    }

    /** Executes {@code op} on both, into {@code out}, and compares. */
    void agree(Op.Kernel op, Twin out, Twin... in) {
        TensorView[] host = new TensorView[in.length];
        TensorView[] there = new TensorView[in.length];
        for (int i = 0; i < in.length; i++) {
            host[i] = in[i].host;
            there[i] = in[i].device;
        }
        reference().execute(op, host, new TensorView[] {out.host});
        device.backend().execute(op, there, new TensorView[] {out.device});
        assertSame(op + " result", out);
        for (int i = 0; i < in.length; i++) {
            assertSame(op + " operand " + i, in[i]);
        }
    }

    /** That both still have the same bytes. */
    void assertSame(String what, Twin twin) {
        byte[] expected = twin.host.storage().segment().toArray(ValueLayout.JAVA_BYTE);
        byte[] found = new byte[expected.length];
        device.backend().copyToHost(twin.device.storage(), 0, MemorySegment.ofArray(found));
        assertThat(found)
                .as(what + " " + twin.host.dtype() + " " + twin.host.layout())
                .isEqualTo(expected);
    }

    /** A layout of {@code shape} with dimensions in another order and gaps between, from {@code offset} on. */
    static Layout scattered(Shape shape, long offset) {
        long[] strides = new long[shape.rank()];
        long stride = 2;
        for (int i = 0; i < strides.length; i++) {
            int dim = i % 2 == 0 ? i / 2 : strides.length - 1 - i / 2;
            strides[dim] = stride;
            stride = (stride * Math.max(1, shape.size(dim))) + 1;
        }
        return Layout.of(shape, strides, offset);
    }
}
