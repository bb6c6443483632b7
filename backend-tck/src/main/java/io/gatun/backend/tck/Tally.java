package io.gatun.backend.tck;

import io.gatun.tensor.Shape;
import io.gatun.tensor.Tensor;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a run of the suite has tried: combinations of operator, dtype, layout and size, each counted once. */
final class Tally {
    private record Combination(String operator, String dtypes, List<InputLayout> layouts, List<Shape> sizes) {}

    private final Set<Combination> combinations = new HashSet<>();
    private final Set<String> operators = new HashSet<>();
    private final Set<String> dtypes = new HashSet<>();
    private final Set<String> notBroadcast = new TreeSet<>();

    synchronized void count(Trial trial, List<InputLayout> layouts) {
        String operator = trial.op().operatorName();
        String types = String.join(
                ",", trial.inputs().stream().map(input -> input.dtype().name()).toList());
        List<Shape> sizes = trial.inputs().stream().map(Tensor::shape).toList();
        operators.add(operator);
        dtypes.add(operator + " of " + types);
        // An operator without operands has its size and dtype in itself.
        combinations.add(new Combination(sizes.isEmpty() ? trial.op().toString() : operator, types, layouts, sizes));
    }

    /** Names an operator that is left out on broadcast operands. */
    synchronized void leaveOutBroadcast(Trial trial) {
        notBroadcast.add(trial.op().operatorName());
    }

    /** How many combinations of operator, dtype, layout and size. */
    synchronized int combinations() {
        return combinations.size();
    }

    @Override
    public synchronized String toString() {
        return operators.size() + " operators, " + dtypes.size() + " with their dtypes, " + combinations.size()
                + " combinations of operator, dtype, layout and size"
                + (notBroadcast.isEmpty()
                        ? ""
                        : "; not on broadcast operands, whose equal rows make a matrix singular: "
                                + String.join(", ", notBroadcast));
    }
}
