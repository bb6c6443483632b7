package io.gatun.examples;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.IntStream;
import org.knowm.xchart.BitmapEncoder;
import org.knowm.xchart.BitmapEncoder.BitmapFormat;
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
        String name = png.toString();
        String withoutEnding = name.endsWith(".png") ? name.substring(0, name.length() - 4) : name;
        BitmapEncoder.saveBitmap(chart, withoutEnding, BitmapFormat.PNG); // it adds the ending itself
    }
}
