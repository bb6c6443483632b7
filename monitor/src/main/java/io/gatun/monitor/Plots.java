package io.gatun.monitor;

import io.gatun.monitor.Plot.Labels;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.List;
import java.util.Map;

/**
 * The pictures of training, each a {@link Plot} to save or to show:
 *
 * <pre>{@code
 * Plots.losses(Map.of("training", losses, "validation", validationLosses)).save(Path.of("out/loss.png"));
 * Plots.confusionMatrix(Metrics.confusionMatrix(scores, targets)).show();
 * Plots.images(batch.input()).title("a batch").save(Path.of("out/batch.png"));
 * }</pre>
 *
 * <p>Tensors may have any real dtype and strides, be on any device and require gradients; nothing is recorded. What is not
 * finite is left out of curves and points, so a diverged run still has its picture.
 */
public final class Plots {
    private Plots() {}

    /** {@link #losses(Map)} of one curve, without a legend. */
    public static Plot loss(List<? extends Number> losses) {
        return losses(Map.of("loss", losses));
    }

    /**
     * Losses over the epochs, counted from 1: a line each, broken where a loss is not finite, with a legend if there are two
     * or more. The axis is logarithmic if all are positive and the largest is at least 100 times the smallest. Without any
     * finite loss the axes are empty.
     *
     * @param losses by name; their order is the legend's and the colours', so a {@code LinkedHashMap} keeps it stable
     */
    public static Plot losses(Map<String, ? extends List<? extends Number>> losses) {
        return new Plot(new Labels("Loss", "epoch", "loss"), Curves.of(losses));
    }

    /**
     * Points, and the line of what a model makes of them.
     *
     * @param x (n) or (n, 1), in any order
     * @param y what belongs to them, of as many elements
     * @param predicted what the model says for each x, of as many elements
     * @throws ShapeException if they do not have n elements each
     */
    public static Plot fit(Tensor x, Tensor y, Tensor predicted) {
        return new Plot(new Labels("Fit", "x", "y"), Scatter.of("fit", x, y, predicted));
    }

    /**
     * Points alone.
     *
     * @param x (n) or (n, 1)
     * @param y what belongs to them, of as many elements
     * @throws ShapeException if they do not have n elements each
     */
    public static Plot scatter(Tensor x, Tensor y) {
        return new Plot(new Labels("", "x", "y"), Scatter.of("scatter", x, y, null));
    }

    /**
     * How often each class was taken for each: a square a pair, the darker the more, with its number where that is readable.
     *
     * @param matrix (C, C), a row a true class, a column a predicted one, nothing below 0
     * @param classes their names; none for 0, 1, ...
     * @throws ShapeException if the matrix is not square or empty, or there is another number of names
     */
    public static Plot confusionMatrix(Tensor matrix, String... classes) {
        return new Plot(new Labels("Confusion matrix", "predicted", "true"), ConfusionMatrix.of(matrix, classes));
    }

    /**
     * The images of a batch beside and below one another, small ones enlarged, pixels as squares.
     *
     * <p>Grey images go from black, the smallest value of the batch, to white, the largest; floating-point values that are
     * all from 0 to 1 are greys already. Colours are red, green and blue, floating-point from 0 to 1 and integers from 0 to
     * 255; what is beyond is cut off. What is not a number is red, or magenta among colours.
     *
     * @param images (N, H, W), (N, 1, H, W) or (N, 3, H, W)
     * @param titles a line above each; none, or N
     * @throws ShapeException if images have another shape or none, are more than a picture can hold, or there is another
     *     number of titles
     */
    public static Plot images(Tensor images, String... titles) {
        return new Plot(new Labels("", "", ""), ImageGrid.of(images, titles));
    }
}
