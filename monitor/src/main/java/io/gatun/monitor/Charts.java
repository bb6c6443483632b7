package io.gatun.monitor;

import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.util.DoubleSummaryStatistics;
import java.util.function.ToDoubleFunction;
import java.util.stream.DoubleStream;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import org.knowm.xchart.XYSeries;
import org.knowm.xchart.style.Styler;
import org.knowm.xchart.style.XYStyler;

/** What all charts with two axes have in common. */
final class Charts {
    private static final int WIDTH = 800;
    private static final int HEIGHT = 500;
    private static final double MARGIN = 0.04;

    private Charts() {}

    static XYChart empty(Plot.Labels labels) {
        XYChart chart = new XYChartBuilder()
                .width(WIDTH)
                .height(HEIGHT)
                .title(labels.title())
                .xAxisTitle(labels.x())
                .yAxisTitle(labels.y())
                .build();
        XYStyler styler = chart.getStyler();
        styler.setChartTitleVisible(!labels.title().isEmpty());
        styler.setXAxisTitleVisible(!labels.x().isEmpty());
        styler.setYAxisTitleVisible(!labels.y().isEmpty());
        styler.setChartBackgroundColor(Color.WHITE);
        styler.setChartTitleFont(new Font(Font.SANS_SERIF, Font.BOLD, 18));
        styler.setAxisTitleFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        styler.setAxisTickLabelsFont(new Font(Font.SANS_SERIF, Font.PLAIN, 13));
        styler.setLegendFont(new Font(Font.SANS_SERIF, Font.PLAIN, 14));
        styler.setLegendPosition(Styler.LegendPosition.InsideNE);
        styler.setMarkerSize(6);
        styler.setAxisTicksLineVisible(false);
        return chart;
    }

    /** Bounds the axis from bottom to top: without bounds, evenly spaced values get a label each, however odd. */
    static void boundUp(XYChart chart) {
        DoubleSummaryStatistics range = range(chart, XYSeries::getYMin, XYSeries::getYMax);
        chart.getStyler().setYAxisMin(range.getMin() - margin(range)).setYAxisMax(range.getMax() + margin(range));
    }

    /** Bounds the axis from left to right. */
    static void boundAcross(XYChart chart) {
        DoubleSummaryStatistics range = range(chart, XYSeries::getXMin, XYSeries::getXMax);
        chart.getStyler().setXAxisMin(range.getMin() - margin(range)).setXAxisMax(range.getMax() + margin(range));
    }

    private static DoubleSummaryStatistics range(
            XYChart chart, ToDoubleFunction<XYSeries> low, ToDoubleFunction<XYSeries> high) {
        return chart.getSeriesCollection().stream()
                .flatMapToDouble(series -> DoubleStream.of(low.applyAsDouble(series), high.applyAsDouble(series)))
                .summaryStatistics();
    }

    private static double margin(DoubleSummaryStatistics range) {
        double width = range.getMax() - range.getMin();
        return width > 0 ? MARGIN * width : Math.max(1, Math.abs(range.getMax()) / 2);
    }

    static BufferedImage paint(XYChart chart) {
        if (chart.getSeriesCollection().isEmpty()) {
            chart.getStyler().setXAxisMin(0.0).setXAxisMax(1.0);
            chart.getStyler().setYAxisMin(0.0).setYAxisMax(1.0);
        }
        BufferedImage image = new BufferedImage(WIDTH, HEIGHT, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = image.createGraphics();
        try {
            chart.paint(graphics, WIDTH, HEIGHT);
        } finally {
            graphics.dispose();
        }
        return image;
    }
}
