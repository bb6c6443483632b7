package io.gatun.nn.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.gatun.tensor.Generator;
import io.gatun.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LoaderStateTest {
    private static final Dataset DATA = new TensorDataset(Tensor.arange(0, 10, 1));

    private static String text(Batch batch) {
        return Arrays.toString(batch.input().toDoubleArray());
    }

    /** Three epochs and a bit, by loops as a user writes them. */
    private static List<String> epochs(DataLoader loader, int epochs) {
        List<String> seen = new ArrayList<>();
        for (int epoch = 0; epoch < epochs; epoch++) {
            for (Batch batch : loader) {
                seen.add(text(batch));
            }
            seen.add("end");
        }
        return seen;
    }

    @Test
    void everyBatchIsAPlaceToGoOnFrom() {
        for (int workers : new int[] {0, 2}) {
            for (boolean dropLast : new boolean[] {false, true}) {
                Supplier<DataLoader> made = () -> new DataLoader(DATA, 4, new Generator(7))
                        .numWorkers(workers)
                        .dropLast(dropLast);
                List<String> whole = epochs(made.get(), 3);
                for (int stop = 0; stop <= (dropLast ? 2 : 3); stop++) {
                    Generator generator = new Generator(7);
                    DataLoader first = new DataLoader(DATA, 4, generator)
                            .numWorkers(workers)
                            .dropLast(dropLast);
                    List<String> seen = epochs(first, 1);
                    Iterator<Batch> epoch = first.iterator();
                    for (int i = 0; i < stop; i++) {
                        seen.add(text(epoch.next()));
                    }
                    Map<String, Tensor> state = first.stateDict();
                    Generator other = new Generator(1).setState(generator.getState());
                    DataLoader second =
                            new DataLoader(DATA, 4, other).numWorkers(workers).dropLast(dropLast);
                    second.loadStateDict(state);
                    assertThat(second.stateDict().get("remaining").toLongArray())
                            .isEqualTo(state.get("remaining").toLongArray());
                    seen.addAll(epochs(second, 2));
                    assertThat(seen).as("after %d batches", stop).isEqualTo(whole);
                }
            }
        }
    }

    @Test
    void betweenEpochsANewOneBegins() {
        DataLoader loader = new DataLoader(DATA, 4);
        assertThat(loader.stateDict().get("in_epoch").itemLong()).isZero();
        List<String> whole = epochs(loader, 1);
        Map<String, Tensor> state = loader.stateDict();
        assertThat(state.get("in_epoch").itemLong()).isZero();
        loader.loadStateDict(state);
        assertThat(epochs(loader, 1)).isEqualTo(whole);
    }

    @Test
    void aStreamIsReadAgainUpToItsPlace() {
        IterableDataset stream = () -> IntStream.range(0, 10)
                .mapToObj(i -> List.of(Tensor.of((float) i)))
                .iterator();
        List<String> whole = epochs(new DataLoader(stream, 3), 2);
        DataLoader first = new DataLoader(stream, 3);
        Iterator<Batch> epoch = first.iterator();
        List<String> seen = new ArrayList<>(List.of(text(epoch.next())));
        DataLoader second = new DataLoader(stream, 3);
        second.loadStateDict(first.stateDict());
        epoch = second.iterator();
        seen.add(text(epoch.next()));
        DataLoader third = new DataLoader(stream, 3);
        third.loadStateDict(second.stateDict());
        seen.addAll(epochs(third, 2));
        assertThat(seen).isEqualTo(whole);
    }

    @Test
    void aStateThatDoesNotFitIsRefused() {
        DataLoader loader = new DataLoader(DATA, 4);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader.loadStateDict(
                        Map.of("in_epoch", Tensor.of(1L), "remaining", Tensor.of(new long[] {3, 10}))))
                .withMessageContaining("samples that a data set of 10 has not");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> loader.loadStateDict(Map.of("in_epoch", Tensor.of(1L), "taken", Tensor.of(3L))))
                .withMessageContaining("missing: remaining")
                .withMessageContaining("unexpected: taken");
        assertThat(epochs(loader, 1)).hasSize(4);
    }
}
