package io.gatun.backend.simd;

import io.gatun.tensor.DType;
import io.gatun.tensor.Layout;
import io.gatun.tensor.Scalar;
import io.gatun.tensor.op.BinaryKind;
import io.gatun.tensor.op.Op;
import io.gatun.tensor.spi.Elements;
import io.gatun.tensor.spi.Philox;
import io.gatun.tensor.spi.TensorView;
import java.lang.foreign.MemorySegment;

/** Tensors from no operands: one value, a progression, random numbers. */
final class Creation {
    private static final int RANDOM_GRAIN = 1 << 12;
    private static final long FILL_GRAIN = 4L * Workers.GRAIN;

    private Creation() {}

    /** One value everywhere. */
    static void fill(TensorView out, Scalar value) {
        DType dtype = out.dtype();
        MemorySegment one = Scratch.mine().block(0);
        Elements.set(dtype, one, 0, value);
        Layout layout = out.layout();
        int size = dtype.byteSize();
        if (layout.isContiguous()) {
            fillContiguous(
                    size,
                    one,
                    out.storage().segment(),
                    layout.offset() * size,
                    layout.shape().numel());
        } else {
            Copies.copy(
                    size,
                    out.storage().segment(),
                    layout,
                    one,
                    Layout.contiguous(io.gatun.tensor.Shape.scalar()).expand("fill", layout.shape()));
        }
    }

    /** Doubles what is filled up to a block, then copies the block on. */
    private static void fillContiguous(int size, MemorySegment one, MemorySegment to, long at, long n) {
        long value = one.get(Lanes.LONG, 0);
        boolean zero = size == 8 ? value == 0 : (value & (1L << 8 * size) - 1) == 0;
        long bytes = n * size;
        if (zero || size == 1) {
            Workers.shared()
                    .run(
                            bytes,
                            FILL_GRAIN,
                            (from, end) -> to.asSlice(at + from, end - from).fill((byte) value));
            return;
        }
        long block = Math.min(bytes, one.byteSize());
        for (long done = size; done < block; done *= 2) {
            MemorySegment.copy(one, 0, one, done, Math.min(done, block - done));
        }
        Workers.shared().run(n, FILL_GRAIN / size, (from, end) -> {
            for (long i = from * size; i < end * size; i += block) {
                MemorySegment.copy(one, 0, to, at + i, Math.min(block, end * size - i));
            }
        });
    }

    /** {@code start + i * step}, in long for integers and in double else. */
    static void arange(TensorView out, Op.Arange op) {
        DType dtype = out.dtype();
        MemorySegment to = out.storage().segment();
        long at = out.layout().offset();
        long stride = out.layout().stride(0);
        long longStart = op.start().longValue();
        long longStep = op.step().longValue();
        double start = op.start().doubleValue();
        double step = op.step().doubleValue();
        int size = dtype.byteSize();
        boolean floating = dtype.isFloatingPoint();
        Workers.shared().run(op.count(), Elementwise.GRAIN, (from, end) -> {
            for (long i = from; i < end; i++) {
                long position = (at + i * stride) * size;
                if (floating) {
                    Element.set(dtype, to, position, start + i * step);
                } else {
                    Element.set(dtype, to, position, longStart + i * longStep);
                }
            }
        });
    }

    /** The numbers that {@link Philox} defines, by ranges of elements. */
    static void random(TensorView out, Op.Random op) {
        random(Workers.shared(), out, op);
    }

    /** {@link #random(TensorView, Op.Random)} by these threads. */
    static void random(Workers workers, TensorView out, Op.Random op) {
        if (RandomNumbers.draws(op, out.dtype())) {
            int perBlock = RandomNumbers.elementsPerBlock(op, out.dtype());
            long blocks = Math.ceilDiv(out.layout().shape().numel(), perBlock);
            workers.run(blocks, RandomNumbers.CHUNK, (from, end) -> drawBlocks(out, op, from, end));
        } else {
            workers.run(
                    out.layout().shape().numel(), RANDOM_GRAIN, (from, end) -> drawWideIntegers(out, op, from, end));
        }
    }

    private static void drawBlocks(TensorView out, Op.Random op, long from, long end) {
        DType dtype = out.dtype();
        Layout layout = out.layout();
        MemorySegment to = out.storage().segment();
        int size = dtype.byteSize();
        RandomNumbers numbers = new RandomNumbers(op, dtype);
        int perBlock = RandomNumbers.elementsPerBlock(op, dtype);
        boolean direct = layout.isContiguous();
        MemorySegment chunk = direct ? to : Scratch.mine().drawn();
        for (long block = from; block < end; block += RandomNumbers.CHUNK) {
            int blocks = (int) Math.min(RandomNumbers.CHUNK, end - block);
            long first = block * perBlock;
            int n = (int) Math.min((long) blocks * perBlock, layout.shape().numel() - first);
            numbers.draw(block, blocks, chunk, direct ? layout.offset() + first : 0, n);
            for (int i = 0; !direct && i < n; i++) {
                MemorySegment.copy(chunk, (long) i * size, to, layout.elementAt(first + i) * size, size);
            }
        }
    }

    /** Contiguous elements times random numbers, which are made chunk by chunk in the first cache. */
    static void dropout(Op.Dropout op, TensorView x, TensorView out) {
        DType dtype = x.dtype();
        Op.Random mask = op.mask(x.layout().shape(), dtype);
        DType lanes = Halves.isHalf(dtype) ? dtype : Lanes.computed(dtype);
        ElementKernel product = BinaryKernels.of(BinaryKind.MUL, lanes, false, false);
        int perBlock = RandomNumbers.elementsPerBlock(mask, dtype);
        int size = dtype.byteSize();
        long count = x.layout().shape().numel();
        MemorySegment from = x.storage().segment();
        MemorySegment to = out.storage().segment();
        Workers.shared().run(Math.ceilDiv(count, perBlock), RandomNumbers.CHUNK, (begin, end) -> {
            RandomNumbers numbers = new RandomNumbers(mask, dtype);
            MemorySegment chunk = Scratch.mine().drawn();
            for (long block = begin; block < end; block += RandomNumbers.CHUNK) {
                int blocks = (int) Math.min(RandomNumbers.CHUNK, end - block);
                long first = block * perBlock;
                int n = (int) Math.min((long) blocks * perBlock, count - first);
                numbers.draw(block, blocks, chunk, 0, n);
                long outAt = (out.layout().offset() + first) * size;
                long at = (x.layout().offset() + first) * size;
                product.run(to, outAt, from, at, chunk, 0, chunk, 0, n);
            }
        });
    }

    private static void drawWideIntegers(TensorView out, Op.Random op, long from, long end) {
        for (long begin = from; begin < end; begin += RANDOM_GRAIN) {
            long[] values = new long[(int) Math.min(RANDOM_GRAIN, end - begin)];
            Philox.fill(op.first().longValue(), op.second().longValue(), op.seed(), op.counter(), begin, values);
            for (int i = 0; i < values.length; i++) {
                Elements.setLong(
                        out.dtype(), out.storage().segment(), out.layout().elementAt(begin + i), values[i]);
            }
        }
    }
}
