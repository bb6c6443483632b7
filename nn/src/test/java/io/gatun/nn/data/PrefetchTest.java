package io.gatun.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.Generator;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class PrefetchTest {
    private interface Samples {
        long get(long index) throws Exception;
    }

    private static Dataset dataset(long size, Samples samples) {
        return new Dataset() {
            @Override
            public long size() {
                return size;
            }

            @Override
            public List<Tensor> get(long index) {
                try {
                    return List.of(Tensor.of(samples.get(index)));
                } catch (RuntimeException e) {
                    throw e;
                } catch (Exception e) {
                    throw new IllegalStateException(e);
                }
            }
        };
    }

    private static List<Long> all(Iterable<Batch> batches) {
        List<Long> seen = new ArrayList<>();
        for (Batch batch : batches) {
            for (long value : batch.input().toLongArray()) {
                seen.add(value);
            }
        }
        return seen;
    }

    private static List<Long> range(long end) {
        return LongStream.range(0, end).boxed().toList();
    }

    @Test
    void theOrderIsFixedWhoeverIsDoneFirst() {
        Dataset slowAtFirst = dataset(23, index -> {
            Thread.sleep(index < 6 ? 20 : 0);
            return index;
        });
        assertThat(all(new DataLoader(slowAtFirst, 3).numWorkers(4))).isEqualTo(range(23));
        assertThat(all(new DataLoader(slowAtFirst, 3, new Generator(1)).numWorkers(4)))
                .isEqualTo(all(new DataLoader(slowAtFirst, 3, new Generator(1))));
        assertThat(all(new DataLoader(slowAtFirst, 3).dropLast(true).numWorkers(1)))
                .isEqualTo(range(21));
    }

    @Test
    void workersRunAtTheSameTimeAndAheadOfTheConsumer() throws InterruptedException {
        CountDownLatch two = new CountDownLatch(2);
        Dataset meeting = dataset(2, index -> {
            two.countDown();
            assertThat(two.await(30, TimeUnit.SECONDS)).isTrue(); // each waits for the other
            return index;
        });
        assertThat(all(new DataLoader(meeting, 1).numWorkers(2))).isEqualTo(range(2));

        CountDownLatch ahead = new CountDownLatch(4);
        AtomicInteger made = new AtomicInteger();
        Dataset counted = dataset(100, index -> {
            made.incrementAndGet();
            ahead.countDown();
            return index;
        });
        Iterator<Batch> batches =
                new DataLoader(counted, 1).numWorkers(2).prefetchFactor(2).iterator();
        batches.next();
        assertThat(ahead.await(30, TimeUnit.SECONDS)).isTrue();
        assertThat(made.get()).isEqualTo(4);
    }

    @Test
    void whatAWorkerThrowsReachesTheConsumerInItsPlace() {
        Dataset broken = dataset(10, index -> {
            if (index == 5) {
                throw new ShapeException("sample 5 is broken");
            }
            return index;
        });
        for (int workers : new int[] {0, 3}) {
            Iterator<Batch> batches =
                    new DataLoader(broken, 2).numWorkers(workers).iterator();
            assertThat(batches.next().input().toLongArray()).containsExactly(0, 1);
            assertThat(batches.next().input().toLongArray()).containsExactly(2, 3);
            assertThatThrownBy(batches::next).isInstanceOf(ShapeException.class).hasMessage("sample 5 is broken");
            assertThat(batches.hasNext()).isFalse();
        }
    }

    @Test
    void aStreamIsReadInTurn() {
        AtomicInteger readers = new AtomicInteger();
        IterableDataset stream = () -> LongStream.range(0, 11)
                .mapToObj(i -> {
                    assertThat(readers.incrementAndGet()).isEqualTo(1);
                    LockSupport.parkNanos(2_000_000);
                    readers.decrementAndGet();
                    return List.of(Tensor.of(i));
                })
                .iterator();
        for (int workers : new int[] {0, 1, 3}) {
            DataLoader loader = new DataLoader(stream, 4).numWorkers(workers);
            assertThat(all(loader)).isEqualTo(range(11));
            assertThat(all(loader.dropLast(true))).isEqualTo(range(8));
            Iterator<Batch> batches = loader.iterator();
            batches.next();
            batches.next();
            assertThatThrownBy(batches::next).isInstanceOf(NoSuchElementException.class);
        }
        assertThatThrownBy(() -> new DataLoader(stream, 4).size())
                .isInstanceOf(UnsupportedOperationException.class)
                .hasMessageContaining("unknown");
    }

    @Test
    void aStreamThatBreaksSaysSo() {
        IterableDataset stream = () -> LongStream.range(0, 9)
                .mapToObj(i -> {
                    if (i == 4) {
                        throw new IllegalStateException("line 4");
                    }
                    return List.of(Tensor.of(i));
                })
                .iterator();
        for (int workers : new int[] {0, 2}) {
            Iterator<Batch> batches =
                    new DataLoader(stream, 2).numWorkers(workers).iterator();
            batches.next();
            batches.next();
            assertThat(batches.hasNext()).isTrue();
            assertThatThrownBy(batches::next)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("line 4");
            assertThat(batches.hasNext()).isFalse();
        }
    }

    @Test
    void samplersSayWhichSamplesComeAndHowOften() {
        assertThat(new SequentialSampler(3).indices()).containsExactly(0, 1, 2);
        long[] passes = new RandomSampler(4, false, 10, new Generator(2)).indices();
        assertThat(passes).hasSize(10);
        assertThat(Arrays.stream(passes, 0, 4)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        assertThat(Arrays.stream(passes, 4, 8)).containsExactlyInAnyOrder(0L, 1L, 2L, 3L);
        long[] drawn = new RandomSampler(5, true, 1000, new Generator(2)).indices();
        assertThat(drawn).hasSize(1000).contains(0, 1, 2, 3, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new RandomSampler(0, true, 1, new Generator(2)))
                .withMessageContaining("1 samples cannot be drawn from 0");
    }

    @Test
    void heavySamplesComeMoreOften() {
        Tensor weights = Tensor.of(new float[] {0, 1, 3});
        WeightedRandomSampler sampler = new WeightedRandomSampler(weights, 4000, true, new Generator(5));
        assertThat(sampler.size()).isEqualTo(4000);
        long[] drawn = sampler.indices();
        assertThat(drawn).doesNotContain(0);
        assertThat(Arrays.stream(drawn).filter(index -> index == 2).count()).isBetween(2850L, 3150L);
        assertThat(all(new DataLoader(dataset(3, index -> index), 3, sampler)))
                .hasSize(4000)
                .doesNotContain(0L);
        assertThatThrownBy(() -> new WeightedRandomSampler(weights, 4, false, new Generator(5)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("4 samples cannot be drawn by weights (3) without replacement");
    }
}
