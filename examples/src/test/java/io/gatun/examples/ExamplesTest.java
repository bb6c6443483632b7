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

    @Test
    void digitsAreLearnedFromNumPyFiles(@TempDir Path folder) throws IOException {
        Outcome outcome = run(new Digits(), "--out", folder.toString());
        assertThat(outcome.status).isZero();
        assertThat(outcome.number("accuracy on 359 digits held out: ([0-9.]+) %"))
                .isGreaterThanOrEqualTo(96);
        assertThat(outcome.number("final loss ([0-9.]+)")).isLessThan(0.05);
        assertThat(Files.readString(folder.resolve("digits-predictions.npy"), StandardCharsets.ISO_8859_1))
                .contains("'descr': '<i8', 'fortran_order': False, 'shape': (359,)");
        BufferedImage curve = ImageIO.read(folder.resolve("digits-loss.png").toFile());
        assertThat(curve.getWidth()).isEqualTo(800);
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
