package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class HostPoolTest {

    private static final long MIB = 1 << 20;

    private final HostPool pool = pool(1 << 30);

    private static HostPool pool(long limit) {
        return new HostPool(Device.of("cpu", 0, "simd"), limit);
    }

    @Test
    void blocksAreAlignedAndOfTheSizeAskedFor() {
        List<HostStorage> all = new ArrayList<>();
        for (long size : new long[] {0, 1, 4, 63, 64, 65, 511, 513, 5000, 32768, 32769, 100_000, 3 * MIB + 1}) {
            for (int i = 0; i < 3; i++) {
                HostStorage s = pool.allocate(size);
                all.add(s);
                assertThat(s.segment().byteSize()).isEqualTo(size);
                assertThat(s.byteSize()).isEqualTo(size);
                assertThat(s.segment().address() % 64)
                        .as("address of %d bytes", size)
                        .isZero();
            }
        }
        assertDisjoint(all);
    }

    private static void assertDisjoint(List<HostStorage> all) {
        List<HostStorage> sorted = new ArrayList<>(all);
        sorted.sort((x, y) -> Long.compare(x.segment().address(), y.segment().address()));
        for (int i = 1; i < sorted.size(); i++) {
            HostStorage before = sorted.get(i - 1);
            assertThat(sorted.get(i).segment().address())
                    .isGreaterThanOrEqualTo(before.segment().address() + before.byteSize());
        }
    }

    @Test
    void whatIsGivenBackLastIsHandedOutNext() {
        for (long size : new long[] {100, 8192, 100_000}) {
            HostStorage first = pool.allocate(size);
            HostStorage second = pool.allocate(size);
            long a = first.segment().address();
            long b = second.segment().address();
            second.close("the scope");
            first.close("the scope");
            assertThat(pool.allocate(size).segment().address()).isEqualTo(a);
            assertThat(pool.allocate(size - 3).segment().address()).isEqualTo(b);
        }
    }

    @Test
    void aBlockGivenBackTwiceIsHandedOutOnce() {
        for (long size : new long[] {100, 100_000}) {
            HostStorage s = pool.allocate(size);
            s.giveBack();
            s.giveBack();
            s.close("the scope");
            HostStorage one = pool.allocate(size);
            HostStorage other = pool.allocate(size);
            assertThat(one.segment().address()).isNotEqualTo(other.segment().address());
        }
    }

    @Test
    void reusedMemoryIsNotCleared() {
        for (long size : new long[] {64, 100_000}) {
            HostStorage s = pool.allocate(size);
            s.segment().set(ValueLayout.JAVA_LONG, 0, 4711);
            s.giveBack();
            assertThat(pool.allocate(size).segment().get(ValueLayout.JAVA_LONG, 0))
                    .isEqualTo(4711);
        }
    }

    @Test
    void unreachableStoragesComeBack() {
        HostPool small = pool(64 * MIB);
        for (int i = 0; i < 2000; i++) {
            small.allocate(MIB).segment().set(ValueLayout.JAVA_LONG, 0, i);
        }
        assertThat(small.stats().collections()).isPositive();
        assertThat(small.stats().liveBytes() + small.stats().cachedBytes()).isLessThanOrEqualTo(64 * MIB);
    }

    @Test
    void unreachableSlabsComeBack() {
        HostPool small = pool(16 * MIB);
        for (int i = 0; i < 100_000; i++) {
            small.allocate(4096).segment().set(ValueLayout.JAVA_LONG, 0, i);
        }
        assertThat(small.stats().liveBytes() + small.stats().cachedBytes()).isLessThanOrEqualTo(16 * MIB);
    }

    @Test
    void aSlabStaysWhileOneOfItsBlocksIsReachable() {
        HostPool small = pool(16 * MIB);
        List<HostStorage> kept = new ArrayList<>();
        for (int i = 0; i < 50_000; i++) {
            HostStorage s = small.allocate(1024);
            s.segment().set(ValueLayout.JAVA_LONG, 0, i);
            if (i % 1000 == 0) {
                kept.add(s);
            }
        }
        for (int i = 0; i < kept.size(); i++) {
            assertThat(kept.get(i).segment().get(ValueLayout.JAVA_LONG, 0)).isEqualTo(i * 1000L);
        }
        assertDisjoint(kept);
    }

    @Test
    void theLimitIsAnErrorThatNamesRequestAndLimit() {
        HostPool small = pool(8 * MIB);
        List<HostStorage> held = new ArrayList<>();
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 20; i++) {
                        held.add(small.allocate(MIB));
                    }
                })
                .isInstanceOf(BackendException.class)
                .hasMessageStartingWith(
                        "out of memory: 1048576 bytes asked for, and 8388608 of the limit of 8388608 are"
                                + " in live tensors. Close a TensorScope around the steps of a loop, or raise"
                                + " -Dgatun.memory.limit. The largest:");
        assertThat(held).hasSize(8);
        held.removeLast().giveBack();
        held.add(small.allocate(MIB));
        assertThat(held).hasSize(8);
    }

    @Test
    void memoryThatWaitsInOneSizeMakesRoomForAnother() {
        HostPool small = pool(8 * MIB);
        for (long size : new long[] {MIB, 2 * MIB, 4 * MIB, 8 * MIB, 32 * 1024, 8 * MIB}) {
            List<HostStorage> all = new ArrayList<>();
            for (long used = 0; used + size <= 8 * MIB; used += Math.max(size, 64 * 1024)) {
                all.add(small.allocate(size));
            }
            all.forEach(HostStorage::giveBack);
        }
    }

    @Test
    void trimmingReturnsWhatWaits() {
        pool.allocate(MIB).giveBack();
        pool.allocate(64).giveBack();
        assertThat(pool.stats().cachedBytes()).isEqualTo(MIB);
        pool.trim();
        assertThat(pool.stats().cachedBytes()).isZero();
    }

    @Test
    void statisticsCountLiveBytesHitsAndMisses() {
        HostStorage large = pool.allocate(MIB);
        assertThat(pool.stats().liveBytes()).isEqualTo(MIB);
        assertThat(pool.stats().misses()).isEqualTo(1);
        large.giveBack();
        assertThat(pool.stats().liveBytes()).isZero();
        pool.allocate(MIB - 5).giveBack();
        assertThat(pool.stats().hits()).isEqualTo(1);
    }

    @Test
    void aSlabOfMemoryUsedBeforeIsAHit() {
        HostPool small = pool(2L * Slab.BYTES);
        for (int i = 0; i < 100; i++) {
            small.allocate(8192); // dropped: some slabs come back by collection, and are cut again
        }
        assertThat(small.stats().misses()).isLessThan(2 + 2 * Slab.BYTES / 8192 + 1);
        assertThat(small.stats().hits() + small.stats().misses()).isGreaterThanOrEqualTo(100);
    }

    @Test
    void blocksOfManyThreadsNeverOverlap() throws InterruptedException {
        HostPool shared = pool(256 * MIB);
        BlockingQueue<HostStorage> passed = new ArrayBlockingQueue<>(64);
        AtomicInteger wrong = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 6; t++) {
            int seed = t;
            threads.add((t < 4 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                try {
                    churn(shared, seed, passed, wrong);
                } catch (Throwable e) {
                    failure.set(e);
                }
            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(wrong).as("blocks that somebody else wrote to").hasValue(0);
    }

    /** Marks every block it holds, gives some back, drops some, passes some to other threads, and looks at the marks. */
    private static void churn(HostPool pool, int seed, BlockingQueue<HostStorage> passed, AtomicInteger wrong) {
        SplittableRandom random = new SplittableRandom(seed);
        List<HostStorage> held = new ArrayList<>();
        List<Long> marks = new ArrayList<>();
        for (int i = 0; i < 20_000; i++) {
            long size = 16L + (random.nextInt(20) == 0 ? random.nextInt(300_000) : random.nextInt(2_000));
            HostStorage s = pool.allocate(size);
            long mark = (long) seed << 32 | i;
            s.segment().set(ValueLayout.JAVA_LONG, 0, mark);
            s.segment().set(ValueLayout.JAVA_LONG_UNALIGNED, size - 8, mark);
            held.add(s);
            marks.add(mark);
            if (held.size() > 50) {
                int which = random.nextInt(held.size());
                HostStorage old = held.remove(which);
                long expected = marks.remove(which);
                if (old.segment().get(ValueLayout.JAVA_LONG, 0) != expected
                        || old.segment().get(ValueLayout.JAVA_LONG_UNALIGNED, old.byteSize() - 8) != expected) {
                    wrong.incrementAndGet();
                }
                switch (random.nextInt(3)) {
                    case 0 -> old.giveBack();
                    case 1 -> {
                        if (!passed.offer(old)) {
                            old.giveBack();
                        }
                    }
                    default -> {} // left to the collector
                }
                HostStorage other = random.nextInt(3) == 0 ? passed.poll() : null;
                if (other != null) {
                    other.giveBack();
                }
            }
        }
    }
}
