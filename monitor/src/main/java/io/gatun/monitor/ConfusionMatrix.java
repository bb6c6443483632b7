package io.gatun.monitor;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;

/** A square of squares, a row a true class, a column a predicted one. */
final class ConfusionMatrix {
    private static final int TARGET = 560;
    private static final int SMALLEST = 6;
    private static final int LARGEST = 90;
    private static final int GAP = 12;
    private static final Color FULL = new Color(8, 48, 107);

    private final double[] counts;
    private final int classes;
    private final String[] names;
    private final boolean integers;
    private final int cell;

    private ConfusionMatrix(double[] counts, int classes, String[] names, boolean integers) {
        this.counts = counts;
        this.classes = classes;
        this.names = names;
        this.integers = integers;
        cell = Math.clamp(TARGET / classes, SMALLEST, LARGEST);
    }

    static Plot.Painter of(Tensor matrix, String... names) {
        if (matrix.dim() != 2 || matrix.size(0) != matrix.size(1) || matrix.numel() == 0) {
            throw new ShapeException("confusionMatrix: expected (C, C), but the matrix is " + matrix.shape());
        }
        int classes = Math.toIntExact(matrix.size(0));
        if (names.length != 0 && names.length != classes) {
            throw new ShapeException(
                    "confusionMatrix: " + names.length + " names for the classes of a matrix " + matrix.shape());
        }
        String[] shown = names.length == 0
                ? IntStream.range(0, classes).mapToObj(Integer::toString).toArray(String[]::new)
                : names.clone();
        return new ConfusionMatrix(
                Values.of("confusionMatrix", matrix),
                classes,
                shown,
                !matrix.dtype().isFloatingPoint())::paint;
    }

    private BufferedImage paint(Plot.Labels labels) {
        try (Canvas measure = new Canvas(1, 1)) {
            int line = measure.lineHeight(Canvas.LABEL);
            int widestName = Arrays.stream(names)
                    .mapToInt(name -> measure.width(Canvas.LABEL, name))
                    .max()
                    .orElse(0);
            boolean upright = widestName > cell - 4; // they do not fit side by side
            int side = classes * cell;
            int whole = Math.max(side, measure.width(Canvas.TITLE, labels.title()));
            int left = GAP + (labels.y().isEmpty() ? 0 : line + GAP) + widestName + GAP;
            int top = GAP + (labels.title().isEmpty() ? 0 : measure.lineHeight(Canvas.TITLE) + GAP);
            int below = GAP + (upright ? widestName : line) + (labels.x().isEmpty() ? 0 : line + GAP);
            int middle = left + side / 2;
            int shift = (whole - side) / 2;
            try (Canvas canvas = new Canvas(left + side + 2 * shift + 2 * GAP, top + side + below + GAP)) {
                canvas.moveRight(shift);
                canvas.centred(Canvas.TITLE, labels.title(), middle, GAP + measure.lineHeight(Canvas.TITLE) / 2);
                canvas.centred(Canvas.LABEL, labels.x(), middle, top + side + below - line / 2);
                canvas.upright(Canvas.LABEL, labels.y(), GAP + line / 2, top + side / 2);
                cells(canvas, left, top);
                names(canvas, left, top + side, upright, widestName);
                return canvas.image();
            }
        }
    }

    private void names(Canvas canvas, int left, int bottom, boolean upright, int widest) {
        int every = Math.ceilDiv(canvas.lineHeight(Canvas.LABEL), cell);
        for (int i = 0; i < classes; i += every) {
            int middle = i * cell + cell / 2;
            canvas.right(Canvas.LABEL, names[i], left - GAP, bottom - classes * cell + middle);
            if (upright) {
                canvas.upright(Canvas.LABEL, names[i], left + middle, bottom + GAP / 2 + widest / 2);
            } else {
                canvas.centred(
                        Canvas.LABEL, names[i], left + middle, bottom + GAP / 2 + canvas.lineHeight(Canvas.LABEL) / 2);
            }
        }
    }

    private void cells(Canvas canvas, int left, int top) {
        double largest = DoubleStream.of(counts).filter(Double::isFinite).max().orElse(0);
        boolean readable = DoubleStream.of(counts)
                .mapToObj(this::text)
                .allMatch(text -> canvas.width(Canvas.LABEL, text) < cell && canvas.lineHeight(Canvas.LABEL) <= cell);
        for (int i = 0; i < counts.length; i++) {
            double share = largest > 0 && counts[i] > 0 ? Math.min(1, counts[i] / largest) : 0;
            int x = left + i % classes * cell;
            int y = top + i / classes * cell;
            canvas.rectangle(Canvas.between(Color.WHITE, FULL, share), x, y, cell, cell);
            if (readable) {
                canvas.colour(share > 0.5 ? Color.WHITE : Color.BLACK);
                canvas.centred(Canvas.LABEL, text(counts[i]), x + cell / 2, y + cell / 2);
                canvas.colour(Color.BLACK);
            }
        }
        canvas.frame(left, top, classes * cell, classes * cell);
    }

    private String text(double count) {
        return integers ? Long.toString((long) count) : String.format(Locale.ROOT, "%.2f", count);
    }
}
