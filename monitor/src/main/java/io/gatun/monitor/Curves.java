package io.gatun.monitor;

import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.DoubleStream;
import java.util.stream.IntStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** Lines over 1, 2, 3, ... */
final class Curves {
    private static final double LOGARITHMIC_FROM = 100;
    /** Up to so many values each is a dot too: a lone one has no line. */
    private static final int MARKED_UP_TO = 20;

    /** Up to so many epochs each has its number. */
    private static final int LABELLED_UP_TO = 12;

    private Curves() {}

    static Plot.Painter of(Map<String, ? extends List<? extends Number>> named) {
        Map<String, double[]> curves = new LinkedHashMap<>();
        named.forEach((name, values) -> curves.put(
                name,
                values.stream()
                        .mapToDouble(Number::doubleValue)
                        .map(value -> Double.isFinite(value) ? value : Double.NaN)
                        .toArray()));
        return labels -> {
            XYChart chart = Charts.empty(labels);
            chart.getStyler().setLegendVisible(curves.size() > 1);
            curves.forEach((name, values) -> draw(chart, name, values));
            bound(chart, curves.values());
            return Charts.paint(chart);
        };
    }

    private static void draw(XYChart chart, String name, double[] values) {
        if (finite(values).findAny().isEmpty()) {
            return;
        }
        double[] epochs =
                IntStream.rangeClosed(1, values.length).asDoubleStream().toArray();
        XYSeries line = chart.addSeries(name, epochs, values);
        line.setMarker(values.length <= MARKED_UP_TO ? SeriesMarkers.CIRCLE : SeriesMarkers.NONE);
    }

    private static void bound(XYChart chart, Collection<double[]> curves) {
        int epochs = curves.stream().mapToInt(values -> values.length).max().orElse(0);
        if (epochs > LABELLED_UP_TO) {
            chart.getStyler().setXAxisMin(0.0).setXAxisMax((double) epochs);
        }
        if (isLogarithmic(curves)) {
            chart.getStyler().setYAxisLogarithmic(true);
        } else {
            Charts.boundUp(chart);
        }
    }

    private static boolean isLogarithmic(Collection<double[]> curves) {
        double smallest = all(curves).min().orElse(0);
        return smallest > 0 && all(curves).max().orElse(0) >= LOGARITHMIC_FROM * smallest;
    }

    private static DoubleStream all(Collection<double[]> curves) {
        return curves.stream().flatMapToDouble(Curves::finite);
    }

    private static DoubleStream finite(double[] values) {
        return DoubleStream.of(values).filter(value -> !Double.isNaN(value));
    }
}
