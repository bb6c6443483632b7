package io.gatun.benchmarks.peers;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorSpecies;

/**
 * What no program can exceed on this machine: how many f32 operations its fused multiply-adds make a second, and how many
 * bytes a copy of much more than the caches reads and writes.
 *
 * @param gigaflops a multiply-add counts as two
 * @param gigabytes both what is read and what is written count
 */
record MachineLimits(double gigaflops, double gigabytes) {
    private static final VectorSpecies<Float> SPECIES = FloatVector.SPECIES_PREFERRED;
    private static final int CHAINS = 12; // more than any processor's multiply-adds in flight
    private static final int STEPS = 100_000;
    private static final long COPIED = 256L << 20;
    private static final int TRIALS = 30;

    /** The best of some trials, by that many threads at once. */
    static MachineLimits measure(int threads) throws InterruptedException {
        double flops = 0;
        for (int trial = 0; trial < TRIALS; trial++) {
            flops = Math.max(flops, together(threads, MachineLimits::flops));
        }
        double bytes = 0;
        try (Arena arena = Arena.ofShared()) {
            List<MemorySegment> from = new ArrayList<>();
            List<MemorySegment> to = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                from.add(arena.allocate(COPIED, 64).fill((byte) 1));
                to.add(arena.allocate(COPIED, 64).fill((byte) 2));
            }
            for (int trial = 0; trial < TRIALS / 2; trial++) {
                bytes = Math.max(bytes, together(threads, index -> {
                    long start = System.nanoTime();
                    to.get(index).copyFrom(from.get(index));
                    return 2.0 * COPIED / (System.nanoTime() - start);
                }));
            }
        }
        return new MachineLimits(flops, bytes);
    }

    /** A rate that the thread of an index measures. */
    private interface Rate {
        double measure(int index);
    }

    private static double together(int threads, Rate rate) throws InterruptedException {
        double[] rates = new double[threads];
        List<Thread> others = new ArrayList<>();
        for (int i = 1; i < threads; i++) {
            int index = i;
            others.add(Thread.ofPlatform().start(() -> rates[index] = rate.measure(index)));
        }
        rates[0] = rate.measure(0);
        double sum = rates[0];
        for (int i = 1; i < threads; i++) {
            others.get(i - 1).join();
            sum += rates[i];
        }
        return sum;
    }

    private static double flops(int index) {
        long start = System.nanoTime();
        double sum = 0;
        for (int i = 0; i < 100; i++) {
            sum += chains(1e-3f * (index + 1));
        }
        long nanoseconds = System.nanoTime() - start;
        if (Double.isNaN(sum)) {
            throw new ArithmeticException("the sums went astray");
        }
        return 100.0 * STEPS * CHAINS * SPECIES.length() * 2 / nanoseconds;
    }

    /** Twelve chains of multiply-adds, each of whose steps waits for the one before. */
    private static double chains(float number) {
        FloatVector x = FloatVector.broadcast(SPECIES, 0.5f);
        FloatVector y = FloatVector.broadcast(SPECIES, number);
        FloatVector a = y;
        FloatVector b = y;
        FloatVector c = y;
        FloatVector d = y;
        FloatVector e = y;
        FloatVector f = y;
        FloatVector g = y;
        FloatVector h = y;
        FloatVector i = y;
        FloatVector j = y;
        FloatVector k = y;
        FloatVector l = y;
        for (int step = 0; step < STEPS; step++) {
            a = a.fma(x, y);
            b = b.fma(x, y);
            c = c.fma(x, y);
            d = d.fma(x, y);
            e = e.fma(x, y);
            f = f.fma(x, y);
            g = g.fma(x, y);
            h = h.fma(x, y);
            i = i.fma(x, y);
            j = j.fma(x, y);
            k = k.fma(x, y);
            l = l.fma(x, y);
        }
        FloatVector sum = a.add(b)
                .add(c)
                .add(d)
                .add(e)
                .add(f)
                .add(g)
                .add(h)
                .add(i)
                .add(j)
                .add(k)
                .add(l);
        return sum.lane(0);
    }
}
