package io.gatun.monitor;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Points, and perhaps a line through them. */
final class Scatter {
    private Scatter() {}

    static Plot.Painter of(String plot, Tensor x, Tensor y, @Nullable Tensor predicted) {
        for (Tensor other : predicted == null ? List.of(x, y) : List.of(x, y, predicted)) {
            if (!isColumn(other) || other.numel() != x.numel()) {
                throw new ShapeException(plot + ": x " + x.shape() + ", y " + y.shape()
                        + (predicted == null ? "" : " and predicted " + predicted.shape())
                        + " do not belong together: expected (n) or (n, 1) each");
            }
        }
        double[] across = Values.of(plot, x);
        double[] up = Values.of(plot, y);
        double[] line = predicted == null ? new double[0] : Values.of(plot, predicted);
        return labels -> {
            XYChart chart = Charts.empty(labels);
            chart.getStyler().setLegendVisible(predicted != null);
            chart.getStyler().setLegendPosition(Styler.LegendPosition.OutsideS); // points may be in every corner
            chart.getStyler().setLegendLayout(Styler.LegendLayout.Horizontal);
            add(chart, "data", across, up, points -> {
                points.setXYSeriesRenderStyle(XYSeries.XYSeriesRenderStyle.Scatter);
                points.setMarker(SeriesMarkers.CIRCLE);
            });
            add(chart, "fit", across, line, fit -> fit.setMarker(SeriesMarkers.NONE));
            Charts.boundAcross(chart);
            Charts.boundUp(chart);
            return Charts.paint(chart);
        };
    }

    private static boolean isColumn(Tensor tensor) {
        return tensor.dim() == 1 || tensor.dim() == 2 && tensor.size(1) == 1;
    }

    /** Adds what is finite, from left to right. */
    private static void add(XYChart chart, String name, double[] x, double[] y, Consumer<XYSeries> style) {
        int[] places = IntStream.range(0, y.length)
                .filter(i -> Double.isFinite(x[i]) && Double.isFinite(y[i]))
                .boxed()
                .sorted(Comparator.comparingDouble(i -> x[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        if (places.length > 0) {
            style.accept(chart.addSeries(
                    name,
                    IntStream.of(places).mapToDouble(i -> x[i]).toArray(),
                    IntStream.of(places).mapToDouble(i -> y[i]).toArray()));
        }
    }
}
