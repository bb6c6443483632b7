package io.gatun.backend.tck.golden;

import io.gatun.tensor.Tensor;
import io.gatun.tensor.ValuesAndIndices;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The table from PyTorch's names to this library's methods, a line an operator, by subject in the classes that it is
 * filled from. A case without an entry is skipped, by name: nothing is found out by trying and failing.
 */
final class GoldenOperators {
    private static final Map<String, Entry> ENTRIES = new HashMap<>();

    static {
        GoldenOperators table = new GoldenOperators();
        GoldenElementwise.fill(table);
        GoldenReductions.fill(table);
        GoldenStatistics.fill(table);
        GoldenShapes.fill(table);
        GoldenIndexing.fill(table);
        GoldenProducts.fill(table);
        GoldenMatrices.fill(table);
        GoldenFunctions.fill(table);
        GoldenLosses.fill(table);
        GoldenOptimizers.fill(table);
        GoldenModules.fill(table);
    }

    private GoldenOperators() {}

    /**
     * How an operator is called.
     *
     * @param call the method, given a call's tensors and arguments
     * @param contiguousOnly whether PyTorch, too, refuses operands that are not contiguous
     */
    record Entry(Function<GoldenCall, List<Tensor>> call, boolean contiguousOnly) {}

    /** The entry for a case, or null if no method exists for it yet. */
    static @Nullable Entry find(GoldenCase golden) {
        return ENTRIES.get(golden.op());
    }

    /** An operator with one result. */
    void one(String op, Function<GoldenCall, Tensor> call) {
        put(op, new Entry(call.andThen(List::of), false));
    }

    /** An operator with a list of results. */
    void list(String op, Function<GoldenCall, List<Tensor>> call) {
        put(op, new Entry(call, false));
    }

    /** An operator that finds elements. */
    void found(String op, Function<GoldenCall, ValuesAndIndices> call) {
        put(op, new Entry(call.andThen(result -> List.of(result.values(), result.indices())), false));
    }

    /** An operator that PyTorch defines for contiguous operands only. */
    void contiguous(String op, Function<GoldenCall, Tensor> call) {
        put(op, new Entry(call.andThen(List::of), true));
    }

    private static void put(String op, Entry entry) {
        if (ENTRIES.put(op, entry) != null) {
            throw new IllegalStateException(op + " is in the table twice");
        }
    }
}
