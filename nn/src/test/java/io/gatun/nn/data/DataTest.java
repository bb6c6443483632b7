package io.gatun.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.nn.F;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class DataTest {
    private static final TensorDataset TEN = new TensorDataset(Tensor.arange(20).reshape(10, 2), Tensor.arange(10));

    private static List<Long> targets(Iterable<Batch> batches) {
        List<Long> seen = new ArrayList<>();
        for (Batch batch : batches) {
            for (long target : batch.target().toLongArray()) {
                seen.add(target);
            }
        }
        return seen;
    }

    @Test
    void anEpochHasEverySampleInOrder() {
        DataLoader loader = new DataLoader(TEN, 4);
        List<Shape> shapes = new ArrayList<>();
        loader.forEach(batch -> shapes.add(batch.input().shape()));
        assertThat(shapes).containsExactly(Shape.of(4, 2), Shape.of(4, 2), Shape.of(2, 2));
        assertThat(targets(loader)).containsExactly(0L, 1L, 2L, 3L, 4L, 5L, 6L, 7L, 8L, 9L);
        assertThat(loader.size()).isEqualTo(3);
        assertThat(targets(loader.dropLast(true))).hasSize(8);
        assertThat(loader.size()).isEqualTo(2);
    }

    @Test
    void shufflingIsFixedByTheSeedAndDiffersByEpoch() {
        DataLoader loader = new DataLoader(TEN, 3, new Generator(1));
        List<Long> first = targets(loader);
        List<Long> second = targets(loader);
        assertThat(first)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 10).boxed().toList());
        assertThat(second).isNotEqualTo(first);
        assertThat(targets(new DataLoader(TEN, 3, new Generator(1)))).isEqualTo(first);
    }

    @Test
    void inputsStayWithTheirTargets() {
        for (Batch batch : new DataLoader(TEN, 3, new Generator(2))) {
            assertThat(batch.input().select(1, 0).toLongArray())
                    .containsExactly(batch.target().mul(2).toLongArray());
        }
    }

    @Test
    void aSplitSharesEverySampleOut() {
        List<Subset> parts = Subset.randomSplit(TEN, new Generator(3), 0.75, 0.25);
        assertThat(parts).extracting(Subset::size).containsExactly(8L, 2L);
        List<Long> all = new ArrayList<>(targets(new DataLoader(parts.get(0), 3)));
        all.addAll(targets(new DataLoader(parts.get(1), 3)));
        assertThat(all)
                .containsExactlyInAnyOrderElementsOf(
                        LongStream.range(0, 10).boxed().toList());
        assertThat(Subset.randomSplit(TEN, 7, 3)).extracting(Subset::size).containsExactly(7L, 3L);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Subset.randomSplit(TEN, 7, 2))
                .withMessageContaining("add up to 9, but there are 10 samples");
    }

    @Test
    void samplesOfDifferentLengthsAreCollatedByTheUser() {
        Dataset lengths = new Dataset() {
            @Override
            public long size() {
                return 3;
            }

            @Override
            public List<Tensor> get(long index) {
                return List.of(Tensor.ones(index + 1));
            }
        };
        Function<List<List<Tensor>>, Batch> padded = samples -> new Batch(List.of(Tensor.stack(
                samples.stream()
                        .map(sample -> F.pad(sample.get(0), 0, 3 - sample.get(0).size(0)))
                        .toList(),
                0)));
        IterableDataset stream =
                () -> List.of(lengths.get(0), lengths.get(1), lengths.get(2)).iterator();
        for (DataLoader loader : List.of(
                new DataLoader(lengths, 3), new DataLoader(lengths, 3).numWorkers(2), new DataLoader(stream, 3))) {
            assertThat(loader.collate(padded).iterator().next().input().toFloatArray())
                    .containsExactly(1, 0, 0, 1, 1, 0, 1, 1, 1);
        }
    }

    @Test
    void aDataSetOfOneSampleAtATimeIsStacked() {
        Dataset squares = new Dataset() {
            @Override
            public long size() {
                return 5;
            }

            @Override
            public List<Tensor> get(long index) {
                return List.of(Tensor.of(index * index));
            }
        };
        Batch batch = new DataLoader(squares, 3).iterator().next();
        assertThat(batch.input().toLongArray()).containsExactly(0, 1, 4);
        assertThat(batch.size()).isEqualTo(3);
        assertThatThrownBy(batch::target).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void whatDoesNotFitIsRefused() {
        assertThatThrownBy(() -> new TensorDataset(Tensor.ones(3), Tensor.ones(4)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("shapes (3) and (4) differ in their first size");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new DataLoader(TEN, 0))
                .withMessageContaining("batch size is 0");
    }

    @Test
    void aRegressionWithoutNoiseIsExact() {
        Datasets.Regression data = Datasets.makeRegression(50, 3, 0, new Generator(1));
        Tensor error = data.inputs().mv(data.coefficients()).sub(data.targets());
        assertThat(error.abs().max().item()).isLessThan(1e-4);
        assertThat(data.dataset().get(7).get(0).shape()).isEqualTo(Shape.of(3));
    }
}
