package io.gatun.monitor;

import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.util.Arrays;
import java.util.stream.DoubleStream;

/** Images beside and below one another, as many in a row as in a column. */
final class ImageGrid {
    /** An image is enlarged up to this. */
    private static final int LARGE = 96;
    /** Unless the whole then gets wider than this. */
    private static final int WIDE = 1200;

    private static final long MOST_PIXELS = 100_000_000;
    private static final int GAP = 4;
    private static final int MARGIN = 12;
    private static final int RED = 0xFF0000;
    private static final int MAGENTA = 0xFF00FF;

    /** The pixels of each image as colours, row by row. */
    private final int[][] images;

    private final int height;
    private final int width;
    private final String[] titles;
    private final int columns;
    private final int scale;

    private ImageGrid(int[][] images, int height, int width, String[] titles) {
        this.images = images;
        this.height = height;
        this.width = width;
        this.titles = titles;
        columns = (int) Math.ceil(Math.sqrt(images.length));
        scale = Math.max(1, Math.min(LARGE / Math.max(height, width), WIDE / (columns * width)));
    }

    static Plot.Painter of(Tensor images, String... titles) {
        boolean colours = images.dim() == 4 && images.size(1) == 3;
        boolean greys = images.dim() == 3 || images.dim() == 4 && images.size(1) == 1;
        if (!colours && !greys || images.numel() == 0) {
            throw new ShapeException("images: expected (N, H, W), (N, 1, H, W) or (N, 3, H, W), none of them 0, but the"
                    + " tensor is " + images.shape() + "; unsqueeze(0) makes a batch of one image, permute(0, 3, 1, 2)"
                    + " brings the colours before height and width");
        }
        if (images.numel() > MOST_PIXELS) {
            throw new ShapeException(
                    "images: " + images.shape() + " is more than a picture can hold: narrow(0, 0, n) gives fewer");
        }
        if (titles.length != 0 && titles.length != images.size(0)) {
            throw new ShapeException("images: " + titles.length + " titles for images of shape " + images.shape());
        }
        int[] pixels = colours ? colours(images) : greys(images);
        int height = (int) images.size(-2);
        int width = (int) images.size(-1);
        int[][] each = new int[(int) images.size(0)][];
        for (int i = 0; i < each.length; i++) {
            each[i] = Arrays.copyOfRange(pixels, i * height * width, (i + 1) * height * width);
        }
        return new ImageGrid(each, height, width, titles.clone())::paint;
    }

    private static int[] greys(Tensor images) {
        double[] values = Values.of("images", images);
        double low = DoubleStream.of(values).filter(Double::isFinite).min().orElse(0);
        double high = DoubleStream.of(values).filter(Double::isFinite).max().orElse(0);
        boolean alreadyGreys = images.dtype().isFloatingPoint() && low >= 0 && high <= 1;
        double black = alreadyGreys ? 0 : low;
        double white = alreadyGreys ? 1 : high;
        return DoubleStream.of(values)
                .mapToInt(value -> {
                    if (Double.isNaN(value)) {
                        return RED;
                    }
                    int grey = level(white > black ? (value - black) / (white - black) : 0);
                    return grey << 16 | grey << 8 | grey;
                })
                .toArray();
    }

    private static int[] colours(Tensor images) {
        double[] values = Values.of("images", images.permute(0, 2, 3, 1));
        double full = images.dtype().isFloatingPoint() ? 1 : 255;
        int[] pixels = new int[values.length / 3];
        for (int i = 0; i < pixels.length; i++) {
            double red = values[3 * i] / full;
            double green = values[3 * i + 1] / full;
            double blue = values[3 * i + 2] / full;
            pixels[i] = Double.isNaN(red + green + blue) ? MAGENTA : level(red) << 16 | level(green) << 8 | level(blue);
        }
        return pixels;
    }

    private static int level(double share) {
        return (int) Math.round(255 * Math.clamp(share, 0.0, 1.0));
    }

    private BufferedImage paint(Plot.Labels labels) {
        try (Canvas measure = new Canvas(1, 1)) {
            int line = measure.lineHeight(Canvas.LABEL);
            int widestTitle = Arrays.stream(titles)
                    .mapToInt(title -> measure.width(Canvas.LABEL, title))
                    .max()
                    .orElse(0);
            int cellWidth = Math.max(width * scale, widestTitle) + GAP;
            int titleHeight = titles.length == 0 ? 0 : line;
            int cellHeight = height * scale + titleHeight + GAP;
            int rows = Math.ceilDiv(images.length, columns);
            int top = MARGIN + (labels.title().isEmpty() ? 0 : measure.lineHeight(Canvas.TITLE) + GAP);
            int left = MARGIN + (labels.y().isEmpty() ? 0 : line + GAP);
            int below = MARGIN + (labels.x().isEmpty() ? 0 : line + GAP);
            int across = columns * cellWidth - GAP;
            int down = rows * cellHeight - GAP;
            int whole = Math.max(across, measure.width(Canvas.TITLE, labels.title()));
            try (Canvas canvas = new Canvas(left + whole + MARGIN, top + down + below)) {
                int start = left + (whole - across) / 2;
                canvas.centred(
                        Canvas.TITLE, labels.title(), left + whole / 2, MARGIN + measure.lineHeight(Canvas.TITLE) / 2);
                canvas.centred(Canvas.LABEL, labels.x(), left + whole / 2, top + down + GAP + line / 2);
                canvas.upright(Canvas.LABEL, labels.y(), MARGIN + line / 2, top + down / 2);
                for (int i = 0; i < images.length; i++) {
                    int x = start + i % columns * cellWidth;
                    int y = top + i / columns * cellHeight;
                    if (titles.length > 0) {
                        canvas.centred(Canvas.LABEL, titles[i], x + (cellWidth - GAP) / 2, y + titleHeight / 2);
                    }
                    int inside = x + (cellWidth - GAP - width * scale) / 2;
                    canvas.frame(inside - 1, y + titleHeight - 1, width * scale + 1, height * scale + 1);
                    draw(images[i], canvas.image(), inside, y + titleHeight);
                }
                return canvas.image();
            }
        }
    }

    private void draw(int[] pixels, BufferedImage onto, int left, int top) {
        for (int y = 0; y < height * scale; y++) {
            for (int x = 0; x < width * scale; x++) {
                onto.setRGB(left + x, top + y, pixels[y / scale * width + x / scale]);
            }
        }
    }
}
