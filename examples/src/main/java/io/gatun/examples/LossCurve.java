package io.gatun.examples;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.ChartEncoder;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.style.markers.SeriesMarkers;

/** The mean loss of each epoch as a picture. */
final class LossCurve {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;

    private LossCurve() {}

    static void write(Path png, List<Double> losses) throws IOException {
        if (losses.isEmpty()) {
            return;
        }
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title("Training loss")
                .xAxisTitle("epoch")
                .yAxisTitle("mean cross entropy")
                .build();
        chart.getStyler().setYAxisLogarithmic(true);
        chart.getStyler().setLegendVisible(false);
        chart.addSeries("loss", IntStream.rangeClosed(1, losses.size()).boxed().toList(), losses)
                .setMarker(SeriesMarkers.NONE);
        try (OutputStream file = Files.newOutputStream(png)) {
            ChartEncoder.saveChart(chart, file, "png");
        }
    }
}
