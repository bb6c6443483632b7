package io.gatun.examples;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

class ExamplesTest {
    private record Outcome(int status, String out, String err) {
        double number(String pattern) {
            Matcher matcher = Pattern.compile(pattern).matcher(out);
            assertThat(matcher.find()).as("%s in %s", pattern, out).isTrue();
            return Double.parseDouble(matcher.group(1));
        }
    }

    private static Outcome run(Callable<Integer> program, String... args) {
        PrintStream out = System.out;
        PrintStream err = System.err;
        ByteArrayOutputStream printed = new ByteArrayOutputStream();
        ByteArrayOutputStream complained = new ByteArrayOutputStream();
        System.setOut(new PrintStream(printed, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(complained, true, StandardCharsets.UTF_8));
        try {
            int status = Example.run(program, args);
            return new Outcome(
                    status, printed.toString(StandardCharsets.UTF_8), complained.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(out);
            System.setErr(err);
        }
    }

    private static BufferedImage picture(Path folder, String name) throws IOException {
        return ImageIO.read(folder.resolve(name).toFile());
    }

    @Test
    void digitsAreLearnedFromNumPyFiles(@TempDir Path folder) throws IOException {
        Outcome outcome = run(new Digits(), "--out", folder.toString());
        assertThat(outcome.status).isZero();
        assertThat(outcome.number("accuracy on 359 digits held out: ([0-9.]+) %"))
                .isGreaterThanOrEqualTo(96);
        assertThat(outcome.number("final loss ([0-9.]+)")).isLessThan(0.05);
        assertThat(Files.readString(folder.resolve("digits-predictions.npy"), StandardCharsets.ISO_8859_1))
                .contains("'descr': '<i8', 'fortran_order': False, 'shape': (359,)");
        assertThat(picture(folder, "digits-loss.png").getWidth()).isEqualTo(800);
    }

    @Test
    void theLegendrePolynomialEndsWherePyTorchEnds() {
        LegendreFit program = new LegendreFit();
        new CommandLine(program).parseArgs();
        double[] fit = program.fit();
        // What the same program printed under PyTorch 1.13, f32.
        assertThat(fit[0]).isEqualTo(0, within(1e-4));
        assertThat(fit[1]).isEqualTo(-2.208527, within(1e-4));
        assertThat(fit[2]).isEqualTo(0, within(1e-4));
        assertThat(fit[3]).isEqualTo(0.255486, within(1e-4));
    }

    @Test
    void bothSineFitsEndNearTheBestCubic() {
        for (Callable<Integer> program : List.of(new SineFit(), new SineFitModule())) {
            Outcome outcome = run(program);
            assertThat(outcome.status).isZero();
            assertThat(outcome.number(" 2000  loss ([0-9.]+)")).isBetween(8.8, 40.0);
            assertThat(outcome.number("([-0-9.]+) x³")).isBetween(-0.11, -0.07);
        }
    }

    @Test
    void descentFindsTheMinimumAndTheHoursTheirPoints() {
        Outcome descent = run(new GradientDescent());
        assertThat(descent.out).contains("the gradient of 2x² at 10 is tensor(40.)");
        assertThat(descent.number("100  x = ([-0-9.]+)")).isLessThan(1e-6);
        assertThat(run(new HoursAndPoints()).number("after training, 4 hours give ([0-9.]+)"))
                .isEqualTo(8, within(1e-2));
    }

    @Test
    void theLineIsThatOfLeastSquaresAndIsDrawn(@TempDir Path folder) throws IOException {
        Outcome outcome = run(new LinearRegression(), "--out", folder.toString());
        assertThat(outcome.status).isZero();
        assertThat(outcome.number("epoch   2/20  loss ([0-9.]+)")).isGreaterThan(400);
        // Least squares leaves 196.99 of these points, with 42.78 x + 2.18; each batch pulls a little to its own side.
        assertThat(outcome.number("epoch  20/20  loss ([0-9.]+)")).isBetween(190.0, 203.0);
        assertThat(outcome.number("fitted:    y = ([0-9.]+) x")).isEqualTo(42.78, within(1.5));
        assertThat(picture(folder, "regression-loss.png").getWidth()).isEqualTo(800);
        assertThat(picture(folder, "regression-fit.png").getHeight()).isEqualTo(500);
    }

    @Test
    void gradientsOfLogitsAreTheSigmoidsErrors() {
        List<String> lines = run(new LogitsGradient()).out.lines().toList();
        String expected = lines.getLast().replace("(sigmoid(z) - y) / 3 = ", "");
        assertThat(lines).contains("gradient of b = " + expected);
        assertThat(lines.getLast()).doesNotContain("nan").contains("tensor([");
    }

    @Test
    void theThreeCoefficientsAreFoundInDoublePrecision() {
        Outcome outcome = run(new BasisFit());
        assertThat(outcome.number("y = ([-0-9.]+) x")).isEqualTo(-0.3, within(1e-6));
        assertThat(outcome.number("([-0-9.]+) sin")).isEqualTo(2, within(1e-6));
        assertThat(outcome.number("([-0-9.]+) cos")).isEqualTo(1.5, within(1e-6));
    }

    @Test
    void aConvolutionalNetworkLearnsDigits(@TempDir Path folder) throws IOException {
        Outcome outcome = run(new DigitsCnn(), "--epochs", "4", "--out", folder.toString());
        assertThat(outcome.number("accuracy on 359 digits held out: ([0-9.]+) %"))
                .isGreaterThan(85);
        assertThat(outcome.number("4/4  loss ([0-9.]+)")).isLessThan(outcome.number("1/4  loss ([0-9.]+)") / 4);
        BufferedImage matrix = picture(folder, "digits-confusion.png");
        assertThat(matrix.getWidth()).isBetween(560, 700);
    }

    @Test
    void recurrenceAndAttentionLearnDigitsFromTheirRows() {
        Outcome lstm = run(new DigitsLstm(), "--epochs", "6");
        assertThat(lstm.number("accuracy on 359 digits held out: ([0-9.]+) %")).isGreaterThan(75);
        assertThat(lstm.number("6/6  loss ([0-9.]+)")).isLessThan(lstm.number("1/6  loss ([0-9.]+)") / 2);
        Outcome transformer = run(new DigitsTransformer(), "--epochs", "4");
        assertThat(transformer.number("accuracy on 359 digits held out: ([0-9.]+) %"))
                .isGreaterThan(80);
        assertThat(transformer.number("4/4  loss ([0-9.]+)")).isLessThan(transformer.number("1/4  loss ([0-9.]+)") / 2);
    }

    @Test
    void anAutoencoderDrawsDigits(@TempDir Path folder) throws IOException {
        Outcome outcome = run(new DigitsVae(), "--epochs", "10", "--out", folder.toString());
        assertThat(outcome.number("10/10  loss ([0-9.]+)")).isLessThan(27);
        assertThat(outcome.number(" 1/10  loss ([0-9.]+)")).isGreaterThan(33);
        assertThat(picture(folder, "digits-drawn.png").getWidth()).isEqualTo(2 * 12 + 8 * 96 + 7 * 4);
    }

    @Test
    void aTextIsLearnedCharacterByCharacter(@TempDir Path folder) throws IOException {
        Path text = Files.writeString(folder.resolve("text.txt"), "abcä".repeat(100));
        Outcome outcome = run(new CharGpt(), text.toString(), "--steps", "15");
        assertThat(outcome.status).isZero();
        assertThat(outcome.number("step 15  loss .* held out ([0-9.]+)"))
                .isLessThan(outcome.number("step 3  loss ([0-9.]+)") / 10);
        assertThat(outcome.out).contains("bcäabcäabcäabcä");
        // To guess one of 59 characters costs 4.08.
        assertThat(run(new CharGpt(), "--steps", "1").number("step 1  loss ([0-9.]+)"))
                .isBetween(3.5, 5.0);
    }

    @Test
    void aMissingFileOrAWrongArgumentIsOneLineAndAFailure(@TempDir Path folder) throws IOException {
        Outcome missing =
                run(new Digits(), "--images", folder.resolve("nowhere.npy").toString());
        assertThat(missing.status).isEqualTo(1);
        assertThat(missing.err).startsWith("Digits: ").contains("nowhere.npy").hasLineCount(1);
        Outcome wrong = run(new Digits(), "--epochs", "many");
        assertThat(wrong.status).isEqualTo(2);
        assertThat(wrong.err).contains("--epochs").contains("many").hasLineCount(1);
        Path broken = Files.writeString(folder.resolve("broken.npy"), "no array");
        Outcome malformed = run(new Digits(), "--images", broken.toString());
        assertThat(malformed.status).isEqualTo(1);
        assertThat(malformed.err).contains("broken.npy").hasLineCount(1);
    }
}
