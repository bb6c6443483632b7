package io.gatun.backend.simd;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class WorkersTest {

    @Test
    void everyIndexIsWorkedOnOnce() {
        Workers workers = new Workers(4);
        for (int count : new int[] {0, 1, 2, 3, 15, 16, 17, 1000, 4097}) {
            for (int grain : new int[] {1, 3, 100, 5000}) {
                AtomicIntegerArray seen = new AtomicIntegerArray(count);
                workers.run(count, grain, (from, to) -> {
                    for (long i = from; i < to; i++) {
                        seen.incrementAndGet((int) i);
                    }
                });
                for (int i = 0; i < count; i++) {
                    assertThat(seen.get(i))
                            .as("index %d of %d, grain %d", i, count, grain)
                            .isEqualTo(1);
                }
            }
        }
    }

    @Test
    void severalThreadsShareARangeThatIsWorthIt() throws InterruptedException {
        CountDownLatch both = new CountDownLatch(2);
        AtomicInteger met = new AtomicInteger();
        new Workers(2).run(2, 1, (from, to) -> {
            both.countDown();
            try {
                if (both.await(30, TimeUnit.SECONDS)) {
                    met.incrementAndGet();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        assertThat(met).hasValue(2);
    }

    @Test
    void aRangeOfOneGrainStaysOnTheCallersThread() {
        Set<Thread> threads = ConcurrentHashMap.newKeySet();
        new Workers(4).run(100, 100, (from, to) -> threads.add(Thread.currentThread()));
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void nestedRangesRunOnTheThreadOfTheirChunk() {
        Workers workers = new Workers(3);
        AtomicLong sum = new AtomicLong();
        workers.run(12, 1, (from, to) -> {
            Thread outer = Thread.currentThread();
            workers.run(10, 1, (a, b) -> {
                assertThat(Thread.currentThread()).isSameAs(outer);
                sum.addAndGet((b - a) * (to - from));
            });
        });
        assertThat(sum).hasValue(120);
    }

    @Test
    void whatAChunkThrowsReachesTheCaller() {
        Workers workers = new Workers(3);
        for (int round = 0; round < 100; round++) {
            int bad = round % 20;
            assertThatThrownBy(() -> workers.run(20, 1, (from, to) -> {
                        if (from <= bad && bad < to) {
                            throw new IllegalStateException("chunk " + bad);
                        }
                    }))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("chunk " + bad);
        }
        AtomicInteger after = new AtomicInteger();
        workers.run(20, 1, (from, to) -> after.addAndGet((int) (to - from)));
        assertThat(after).hasValue(20);
    }

    @Test
    void manyCallersAtOnceEachGetTheirOwn() throws InterruptedException {
        Workers workers = new Workers(3);
        AtomicInteger right = new AtomicInteger();
        Thread[] callers = new Thread[8];
        for (int c = 0; c < callers.length; c++) {
            callers[c] = (c % 2 == 0 ? Thread.ofPlatform() : Thread.ofVirtual()).start(() -> {
                for (int round = 0; round < 200; round++) {
                    AtomicLong sum = new AtomicLong();
                    workers.run(50, 1, (from, to) -> {
                        for (long i = from; i < to; i++) {
                            sum.addAndGet(i);
                        }
                    });
                    if (sum.get() == 49 * 50 / 2) {
                        right.incrementAndGet();
                    }
                }
            });
        }
        for (Thread caller : callers) {
            caller.join();
        }
        assertThat(right).hasValue(1600);
    }

    @Test
    void theNumberOfThreadsIsCheckedAndNamed() {
        assertThat(Workers.threads("3")).isEqualTo(3);
        assertThat(Workers.threads(null)).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThatThrownBy(() -> Workers.threads("none"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dgatun.threads=none: expected a whole number from 1 on");
        assertThatThrownBy(() -> Workers.threads("0")).hasMessageContaining("gatun.threads=0");
        assertThatThrownBy(() -> new Workers(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
