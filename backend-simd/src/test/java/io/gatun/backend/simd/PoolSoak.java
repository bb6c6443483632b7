package io.gatun.backend.simd;

import io.gatun.tensor.Device;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A program, not a test: what an allocation costs, with a release after each and without any, and what the process holds
 * meanwhile. Prints nanoseconds an allocation (with a write of the whole block, and with a write of one element) and the
 * largest resident set seen.
 */
final class PoolSoak {

    private PoolSoak() {}

    /** Runs it for several sizes; an argument sets how many gigabytes each row allocates. */
    public static void main(String[] args) throws IOException {
        long gigabytes = args.length > 0 ? Long.parseLong(args[0]) : 8;
        HostPool pool = new HostPool(Device.of("cpu", 0, "simd"), MemoryLimit.configured());
        for (boolean released : new boolean[] {true, false}) {
            for (int size : new int[] {64, 1024, 8 << 10, 32 << 10, 64 << 10, 256 << 10, 1 << 20, 8 << 20}) {
                long count = Math.min(10_000_000, (gigabytes << 30) / size);
                row(pool, size, count, released, true);
                row(pool, size, count, released, false);
            }
        }
    }

    private static void row(HostPool pool, int size, long count, boolean released, boolean write) throws IOException {
        run(pool, size, count / 10, released, write);
        PoolStats before = pool.stats();
        long begin = System.nanoTime();
        long peak = 0;
        for (int part = 0; part < 20; part++) {
            run(pool, size, count / 20, released, write);
            peak = Math.max(peak, residentKilobytes());
        }
        double nanos = (double) (System.nanoTime() - begin) / count;
        PoolStats after = pool.stats();
        System.out.printf(
                "%8d bytes %10d times, %-10s %-9s %10.1f ns each, resident %5d MB, live %4d MB, cached %4d MB, gc %d%n",
                size,
                count,
                released ? "released" : "unscoped",
                write ? "written" : "untouched",
                nanos,
                peak >> 10,
                after.liveBytes() >> 20,
                after.cachedBytes() >> 20,
                after.collections() - before.collections());
    }

    private static void run(HostPool pool, int size, long count, boolean released, boolean write) {
        for (long i = 0; i < count; i++) {
            HostStorage storage = pool.allocate(size);
            MemorySegment segment = storage.segment();
            if (write) {
                segment.fill((byte) i);
            }
            if (released) {
                storage.close("scope");
            }
        }
    }

    private static long residentKilobytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/self/status"))) {
            if (line.startsWith("VmRSS:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        return 0;
    }
}
