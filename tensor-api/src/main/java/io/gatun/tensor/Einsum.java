package io.gatun.tensor;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Einstein summation: a label names a dimension, labels missing from the result are summed over.
 *
 * <p>Operands are taken pair by pair from the left. For each pair the labels fall into four groups: in both and still
 * needed (batch), in both and needed no more (contracted), in one only. Permuted to (batch, own, contracted) and (batch,
 * contracted, own), a pair is one batched matrix product. A label that occurs twice in one operand is its diagonal first.
 * Dimensions of an ellipsis get labels of their own, counted from the last, so that they broadcast.
 */
final class Einsum {
    private static final String ELLIPSIS = "...";

    /** A tensor and the label of each of its dimensions. */
    private record Operand(Tensor tensor, List<Integer> labels) {}

    private final String equation;

    private Einsum(String equation) {
        this.equation = equation;
    }

    static Tensor compute(String equation, Tensor... tensors) {
        return new Einsum(equation).run(tensors);
    }

    private Tensor run(Tensor... tensors) {
        String compact = equation.replace(" ", "");
        int arrow = compact.indexOf("->");
        String[] inputs = (arrow < 0 ? compact : compact.substring(0, arrow)).split(",", -1);
        if (inputs.length != tensors.length) {
            throw refused("it names " + inputs.length + " operands and " + tensors.length + " are given");
        }
        List<Operand> operands = new ArrayList<>();
        Map<Integer, Long> sizes = new LinkedHashMap<>();
        int ellipsis = 0;
        for (int i = 0; i < tensors.length; i++) {
            int named = inputs[i].replace(ELLIPSIS, "").length();
            int hidden = tensors[i].dim() - named;
            if (hidden < 0 || hidden > 0 && !inputs[i].contains(ELLIPSIS)) {
                throw refused("operand " + i + " of shape " + tensors[i].shape() + " has " + tensors[i].dim()
                        + " dimensions and '" + inputs[i] + "' names " + named);
            }
            ellipsis = Math.max(ellipsis, hidden);
            operands.add(diagonals(new Operand(tensors[i], labels(inputs[i], hidden))));
            measure(operands.get(i), sizes);
        }
        List<Integer> result = arrow < 0 ? implicit(inputs, ellipsis) : labels(compact.substring(arrow + 2), ellipsis);
        for (int label : result) {
            if (!sizes.containsKey(label) || result.indexOf(label) != result.lastIndexOf(label)) {
                throw refused("the result's label '" + (char) label + "' is unknown or occurs twice");
            }
        }
        Operand product = operands.get(0);
        for (int i = 1; i < operands.size(); i++) {
            List<Integer> needed = new ArrayList<>(result);
            operands.subList(i + 1, operands.size()).forEach(later -> needed.addAll(later.labels));
            product = multiply(product, operands.get(i), needed, sizes);
        }
        return arrange(sumAway(product, result), result, sizes).tensor;
    }

    /** Labels of letters are the letters; those of an ellipsis are negative, -1 for the last dimension. */
    private List<Integer> labels(String text, int hidden) {
        List<Integer> labels = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.startsWith(ELLIPSIS, i)) {
                if (text.indexOf(ELLIPSIS) != i) {
                    throw refused("'" + text + "' has two ellipses");
                }
                for (int k = -hidden; k < 0; k++) {
                    labels.add(k);
                }
                i += ELLIPSIS.length() - 1;
            } else if (isLabel(text.charAt(i))) {
                labels.add((int) text.charAt(i));
            } else {
                throw refused("'" + text.charAt(i) + "' is no label");
            }
        }
        return labels;
    }

    private static boolean isLabel(char character) {
        return character >= 'a' && character <= 'z' || character >= 'A' && character <= 'Z';
    }

    /** Without an arrow: the ellipsis, then every label that occurs once, in alphabetical order. */
    private List<Integer> implicit(String[] inputs, int ellipsis) {
        List<Integer> result = new ArrayList<>(labels(ellipsis > 0 ? ELLIPSIS : "", ellipsis));
        String all = String.join("", inputs).replace(ELLIPSIS, "");
        all.chars()
                .filter(letter -> all.indexOf(letter) == all.lastIndexOf(letter))
                .sorted()
                .forEach(result::add);
        return result;
    }

    private static Operand diagonals(Operand operand) {
        List<Integer> labels = new ArrayList<>(operand.labels);
        Tensor tensor = operand.tensor;
        for (int i = 0; i < labels.size(); i++) {
            int again = labels.lastIndexOf(labels.get(i));
            if (again > i) {
                if (tensor.size(i) != tensor.size(again)) {
                    throw new ShapeException("einsum: dimensions " + i + " and " + again + " of shape " + tensor.shape()
                            + " share a label and differ in size");
                }
                int label = labels.get(i);
                tensor = tensor.diagonal(0, i, again);
                labels.subList(again, again + 1).clear();
                labels.subList(i, i + 1).clear();
                labels.add(label);
                i = -1;
            }
        }
        return new Operand(tensor, labels);
    }

    private void measure(Operand operand, Map<Integer, Long> sizes) {
        for (int i = 0; i < operand.labels.size(); i++) {
            long size = operand.tensor.size(i);
            long known = sizes.getOrDefault(operand.labels.get(i), 1L);
            if (known != 1 && size != 1 && known != size) {
                throw refused("the label of dimension " + i + " of shape " + operand.tensor.shape() + " has size "
                        + known + " elsewhere");
            }
            sizes.put(operand.labels.get(i), known == 1 ? size : known);
        }
    }

    private static Operand multiply(Operand a, Operand b, List<Integer> needed, Map<Integer, Long> sizes) {
        Operand left = sumAway(a, union(needed, b.labels));
        Operand right = sumAway(b, union(needed, left.labels));
        List<Integer> batch = new ArrayList<>();
        List<Integer> contracted = new ArrayList<>();
        List<Integer> own = new ArrayList<>();
        for (int label : left.labels) {
            List<Integer> group = !right.labels.contains(label) ? own : needed.contains(label) ? batch : contracted;
            group.add(label);
        }
        List<Integer> other = new ArrayList<>(right.labels);
        other.removeAll(left.labels);
        long[] shape = {size(batch, sizes), size(own, sizes), size(contracted, sizes), size(other, sizes)};
        Tensor x = arrange(left, concat(batch, own, contracted), sizes).tensor.reshape(shape[0], shape[1], shape[2]);
        Tensor y =
                arrange(right, concat(batch, contracted, other), sizes).tensor.reshape(shape[0], shape[2], shape[3]);
        List<Integer> labels = concat(batch, own, other);
        long[] full = labels.stream().mapToLong(sizes::get).toArray();
        return new Operand(x.matmul(y).reshape(full), labels);
    }

    private static Operand sumAway(Operand operand, List<Integer> needed) {
        List<Integer> kept = new ArrayList<>();
        List<Integer> summed = new ArrayList<>();
        for (int i = 0; i < operand.labels.size(); i++) {
            if (needed.contains(operand.labels.get(i))) {
                kept.add(operand.labels.get(i));
            } else {
                summed.add(i);
            }
        }
        if (summed.isEmpty()) {
            return operand;
        }
        Axes axes = Axes.of(summed.stream().mapToInt(i -> i).toArray());
        return new Operand(operand.tensor.sum(axes, false), kept);
    }

    /** The operand with dimensions in the order of {@code labels}, expanded where it has size 1. */
    private static Operand arrange(Operand operand, List<Integer> labels, Map<Integer, Long> sizes) {
        Tensor tensor = operand.tensor.permute(
                labels.stream().mapToInt(operand.labels::indexOf).toArray());
        long[] full = labels.stream().mapToLong(sizes::get).toArray();
        return new Operand(tensor.expand(full), labels);
    }

    private static long size(List<Integer> labels, Map<Integer, Long> sizes) {
        return labels.stream().mapToLong(sizes::get).reduce(1, (a, b) -> a * b);
    }

    private static List<Integer> union(List<Integer> a, List<Integer> b) {
        List<Integer> all = new ArrayList<>(a);
        all.addAll(b);
        return all;
    }

    @SafeVarargs
    private static List<Integer> concat(List<Integer>... parts) {
        List<Integer> all = new ArrayList<>();
        for (List<Integer> part : parts) {
            all.addAll(part);
        }
        return all;
    }

    private ShapeException refused(String reason) {
        return new ShapeException("einsum: equation '" + equation + "': " + reason);
    }
}
