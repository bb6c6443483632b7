package io.gatun.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.gatun.tensor.DType;
import io.gatun.tensor.DTypeException;
import io.gatun.tensor.Generator;
import io.gatun.tensor.Shape;
import io.gatun.tensor.ShapeException;
import io.gatun.tensor.Tensor;
import java.awt.image.BufferedImage;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class PlotsTest {
    private static final int WHITE = 0xFFFFFFFF;
    private static final int BLACK = 0xFF000000;
    private static final int RED = 0xFFFF0000;

    @Test
    void curvesHaveAColourEachAndALegendOnlyWhenThereAreTwo() {
        Map<String, List<Double>> losses = new LinkedHashMap<>();
        losses.put("training", falling(40, 1));
        losses.put("validation", falling(40, 2));
        assertThat(coloured(picture("two", Plots.losses(losses)))).isGreaterThan(1000);

        BufferedImage one = picture("one", Plots.loss(falling(40, 1)));
        assertThat(one.getWidth()).isEqualTo(800);
        assertThat(one.getHeight()).isEqualTo(500);
        // The corner where the legend of two is.
        assertThat(isBlank(one, 640, 60, 120, 40)).isTrue();
        assertThat(isBlank(Plots.losses(losses).image(), 640, 60, 120, 40)).isFalse();
    }

    @Test
    void whatIsNotFiniteIsAGapAndNothingIsEmptyAxes() {
        List<Double> diverged = List.of(1.0, 0.5, Double.NaN, 0.25, Double.POSITIVE_INFINITY);
        assertThat(coloured(picture("diverged", Plots.loss(diverged)))).isPositive();
        BufferedImage empty = picture("empty", Plots.loss(List.of()));
        assertThat(coloured(empty)).isZero();
        assertThat(same(empty, Plots.loss(List.of(Double.NaN)).image())).isTrue();
        assertThat(same(empty, Plots.losses(Map.of()).image())).isTrue();
        assertThat(coloured(picture("single", Plots.loss(List.of(2.5f))))).isPositive();
        picture("few", Plots.loss(List.of(0.9, 0.8, 0.7, 0.6, 0.5)));
    }

    @Test
    void aLineIsDrawnThroughItsPointsInWhateverOrderTheyCome() {
        Generator generator = new Generator(1);
        Tensor x = Tensor.randn(Shape.of(80, 1), DType.F32, generator);
        Tensor y = x.mul(40)
                .add(Tensor.randn(Shape.of(80, 1), DType.F32, generator).mul(12));
        BufferedImage fit = picture("fit", Plots.fit(x, y, x.mul(40)).title("Linear regression"));
        Tensor order = Tensor.randperm(80, generator);
        Tensor shuffled = x.indexSelect(0, order);
        assertThat(same(
                        fit,
                        Plots.fit(
                                        shuffled,
                                        y.indexSelect(0, order),
                                        shuffled.mul(40).squeeze(1))
                                .title("Linear regression")
                                .image()))
                .isTrue();
        picture("scatter", Plots.scatter(x, y).xLabel("hours").yLabel("points"));
        assertThat(coloured(Plots.scatter(Tensor.empty(0), Tensor.empty(0)).image()))
                .isZero();
        Tensor even = Tensor.linspace(-Math.PI, Math.PI, 50);
        picture("sine", Plots.fit(even, even.sin(), even.mul(0.3)));
        assertThatThrownBy(() -> Plots.fit(x, y.narrow(0, 0, 79), x))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("fit: x (80, 1), y (79, 1)");
        assertThatThrownBy(() -> Plots.scatter(Tensor.zeros(2, 2), Tensor.zeros(2, 2)))
                .isInstanceOf(ShapeException.class);
    }

    @Test
    void aConfusionMatrixIsDarkWhereMuchIs() {
        Tensor counts = Tensor.of(new long[][] {{33, 1, 0}, {2, 31, 4}, {0, 0, 36}});
        BufferedImage named = picture("confusion", Plots.confusionMatrix(counts, "cat", "dog", "tortoise"));
        assertThat(share(named, 0xFF08306B)).isGreaterThan(0.05);
        picture(
                "confusion-numbers",
                Plots.confusionMatrix(Tensor.eye(10).mul(35).toLong().add(1)));
        picture("confusion-shares", Plots.confusionMatrix(Tensor.eye(4).mul(0.7).add(0.075)));
        picture(
                "confusion-many",
                Plots.confusionMatrix(Tensor.eye(100).mul(1000).toLong()));
        picture(
                "confusion-long",
                Plots.confusionMatrix(
                        Tensor.eye(10).mul(35).toInt(),
                        IntStream.range(0, 10)
                                .mapToObj(i -> "a long class name " + i)
                                .toArray(String[]::new)));
        picture("confusion-zero", Plots.confusionMatrix(Tensor.zeros(1, 1)));
        assertThatThrownBy(() -> Plots.confusionMatrix(Tensor.zeros(2, 3)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(2, 3)");
        assertThatThrownBy(() -> Plots.confusionMatrix(Tensor.zeros(0, 0))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Plots.confusionMatrix(counts, "cat"))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("1 names");
    }

    @Test
    void greysGoFromTheSmallestValueToTheLargest() {
        Tensor images = Tensor.of(new float[][][] {{{0, 16}, {8, Float.NaN}}, {{16, 16}, {0, 0}}});
        BufferedImage grid = picture("greys", Plots.images(images));
        assertThat(at(grid, images, 0, 0, 0)).isEqualTo(BLACK);
        assertThat(at(grid, images, 0, 0, 1)).isEqualTo(WHITE);
        assertThat(at(grid, images, 0, 1, 0)).isEqualTo(0xFF808080);
        assertThat(at(grid, images, 0, 1, 1)).isEqualTo(RED);
        assertThat(at(grid, images, 1, 1, 1)).isEqualTo(BLACK);
        assertThat(same(grid, Plots.images(images.unsqueeze(1)).image())).isTrue();
        // From 0 to 1 they are greys already; integers never.
        Tensor pale = Tensor.full(Shape.of(1, 2, 2), 0.5);
        assertThat(at(Plots.images(pale).image(), pale, 0, 0, 0)).isEqualTo(0xFF808080);
        Tensor bits = Tensor.of(new int[][][] {{{0, 1}, {1, 0}}}).to(DType.U8);
        assertThat(at(Plots.images(bits).image(), bits, 0, 0, 1)).isEqualTo(WHITE);
    }

    @Test
    void coloursAreBytesOrShares() {
        Tensor shares = Tensor.zeros(4, 3, 5, 8);
        shares.select(1, 0).fill_(2);
        BufferedImage grid = picture(
                "colours", Plots.images(shares, "a", "b", "a longer title", "").title("four"));
        assertThat(share(grid, RED)).isGreaterThan(0.4);
        assertThat(share(Plots.images(shares.clamp(0, 1).mul(255).to(DType.U8)).image(), RED))
                .isGreaterThan(0.4);
    }

    @Test
    void aBatchIsAGridOfEnlargedImages() {
        BufferedImage grid = picture(
                "batch",
                Plots.images(Tensor.rand(Shape.of(20, 8, 8), DType.F32, new Generator(1))
                        .transpose(1, 2)));
        assertThat(grid.getWidth()).isEqualTo(2 * 12 + 5 * 96 + 4 * 4);
        assertThat(grid.getHeight()).isEqualTo(2 * 12 + 4 * 96 + 3 * 4);
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(8, 8)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("(8, 8)")
                .hasMessageContaining("unsqueeze");
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(0, 8, 8))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(2, 8, 8, 3))).isInstanceOf(ShapeException.class);
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(2, 8, 8), "one"))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("1 titles");
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(1, 1, 1).expand(20000, 100, 100)))
                .isInstanceOf(ShapeException.class)
                .hasMessageContaining("narrow");
        assertThatThrownBy(() -> Plots.images(Tensor.zeros(Shape.of(1, 2, 2), DType.C64)))
                .isInstanceOf(DTypeException.class)
                .hasMessageContaining("abs()");
    }

    @Test
    void aSavedPictureIsWholeAndFoldersAreMade(@TempDir Path folder) throws IOException {
        Path png = folder.resolve("a/b/loss.png");
        Plots.loss(falling(10, 1)).save(png);
        Plots.loss(falling(20, 1)).save(png);
        assertThat(same(ImageIO.read(png.toFile()), Plots.loss(falling(20, 1)).image()))
                .isTrue();
        try (Stream<Path> files = Files.list(png.getParent())) {
            assertThat(files).containsExactly(png);
        }
        assertThatThrownBy(() -> Plots.loss(falling(10, 1)).save(folder.resolve("a")))
                .isInstanceOf(IOException.class);
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(folder.resolve("a"));
        }
    }

    @Test
    void withoutADisplayShowSaysWhatToDoAndGoesOn(@TempDir Path folder) throws Exception {
        assertThat(launch("", folder.resolve("a.png"), "-Djava.awt.headless=true"))
                .contains("show: there is no display for the plot; save(path) writes it")
                .contains("went on");
        assertThat(folder.resolve("a.png")).exists();
    }

    @Test
    @EnabledOnOs(OS.LINUX) // elsewhere DISPLAY means nothing to Java
    void whereNoServerListensAtTheDisplayPlotsAreSavedAllTheSame(@TempDir Path folder) throws Exception {
        assertThat(launch(":4242", folder.resolve("a.png"), "-Dnothing"))
                .contains("show: there is no display for the plot; save(path) writes it")
                .contains("went on");
        assertThat(folder.resolve("a.png")).exists();
        assertThat(DisplayServer.listens("localhost:4242.0")).isFalse();
        assertThat(DisplayServer.listens("tcp/localhost:4242.0")).isTrue();
    }

    @Test
    @EnabledOnOs(OS.LINUX)
    void whereTheDisplayRefusesShowAndSaveSayWhatToDo(@TempDir Path folder) throws Exception {
        assertThat(launch(":4242", folder.resolve("a.png"), "-Djava.awt.headless=false"))
                .contains("show: the display that DISPLAY=:4242 names cannot be used; unset DISPLAY")
                .contains("a.png: save: the display that DISPLAY=:4242 names cannot be used")
                .contains("image: the display that DISPLAY=:4242 names cannot be used")
                .contains("went on");
    }

    /** What {@link Shown} says in a process of its own with this display and option. */
    private static String launch(String display, Path png, String option) throws Exception {
        String paths = Stream.of("jdk.module.path", "java.class.path")
                .map(System::getProperty)
                .filter(Objects::nonNull)
                .collect(Collectors.joining(File.pathSeparator));
        Path test = Path.of(PlotsTest.class
                .getProtectionDomain()
                .getCodeSource()
                .getLocation()
                .toURI());
        ProcessBuilder builder = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        option,
                        "-cp",
                        paths + File.pathSeparator + test + File.pathSeparator + test.resolveSibling("classes"),
                        Shown.class.getName(),
                        png.toString())
                .redirectErrorStream(true);
        builder.environment().put("DISPLAY", display);
        Process process = builder.start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).as(said).isZero();
        return said;
    }

    /** Shows and saves a plot. */
    static final class Shown {
        public static void main(String[] args) {
            Plot plot = Plots.loss(List.of(2, 1));
            plot.show();
            try {
                plot.save(Path.of(args[0]));
            } catch (IOException refused) {
                System.out.println(refused.getMessage());
                assertThatThrownBy(plot::image)
                        .isInstanceOfSatisfying(
                                IllegalStateException.class, state -> System.out.println(state.getMessage()));
            }
            System.out.println("went on");
        }
    }

    private static List<Double> falling(int epochs, double from) {
        return IntStream.range(0, epochs)
                .mapToObj(i -> from * Math.exp(-0.15 * i))
                .toList();
    }

    /** The picture, kept in the build's folder to be looked at. */
    private static BufferedImage picture(String name, Plot plot) {
        try {
            plot.save(Path.of("target", "plots", name + ".png"));
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
        return plot.image();
    }

    /** The colour in the middle of a pixel of an image of a grid. */
    private static int at(BufferedImage grid, Tensor images, int image, int row, int column) {
        int scale = 96 / (int) images.size(-1);
        return grid.getRGB(12 + image * 100 + column * scale + scale / 2, 12 + row * scale + scale / 2);
    }

    /** How many pixels are neither white nor grey nor black. */
    private static long coloured(BufferedImage image) {
        return pixels(image)
                .filter(colour -> {
                    int red = colour >> 16 & 255;
                    int green = colour >> 8 & 255;
                    int blue = colour & 255;
                    return Math.max(red, Math.max(green, blue)) - Math.min(red, Math.min(green, blue)) > 40;
                })
                .count();
    }

    private static double share(BufferedImage image, int wanted) {
        return (double) pixels(image).filter(colour -> colour == wanted).count()
                / (image.getWidth() * image.getHeight());
    }

    /** Whether nothing there is as dark as a text. */
    private static boolean isBlank(BufferedImage image, int left, int top, int width, int height) {
        return IntStream.of(image.getRGB(left, top, width, height, null, 0, width))
                .allMatch(colour -> (colour & 255) > 100);
    }

    private static boolean same(BufferedImage a, BufferedImage b) {
        return a.getWidth() == b.getWidth()
                && Arrays.equals(pixels(a).toArray(), pixels(b).toArray());
    }

    private static IntStream pixels(BufferedImage image) {
        return IntStream.of(image.getRGB(0, 0, image.getWidth(), image.getHeight(), null, 0, image.getWidth()));
    }
}
