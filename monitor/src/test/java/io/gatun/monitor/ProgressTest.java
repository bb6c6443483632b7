package io.gatun.monitor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class ProgressTest {
    @Test
    void aFileGetsALineAtEveryTenthAndNoControlCharacters() {
        String printed = printed(30, progress -> {
            for (int i = 1; i <= 30; i++) {
                progress.metric("loss", 1.0 / i).metric("lr", 3e-4).step();
            }
        });
        assertThat(printed.lines()).hasSize(10).first().isEqualTo("training  3/30  loss 0.3333  lr 3.000e-04");
        assertThat(printed.lines().toList().getLast()).isEqualTo("training 30/30  loss 0.0333  lr 3.000e-04");
        assertThat(printed.replace(System.lineSeparator(), "").chars()).allMatch(c -> c >= ' ');
    }

    @Test
    void theLastStepIsPrintedWhateverTheNumber() {
        assertThat(printed(3, ProgressTest::threeSteps).lines())
                .containsExactly("training 1/3", "training 2/3", "training 3/3");
        assertThat(printed(13, progress -> {
                            for (int i = 0; i < 13; i++) {
                                progress.metric("loss", Double.NaN).step();
                            }
                        })
                        .lines()
                        .toList()
                        .getLast())
                .isEqualTo("training 13/13  loss NaN");
        assertThat(printed(0, _ -> {})).isEmpty();
        assertThatThrownBy(() -> new Progress("training", -1)).hasMessageContaining("-1");
    }

    @Test
    void standardOutputThatIsNoTerminalGetsLines() {
        PrintStream before = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try (Progress progress = new Progress("training", 3)) {
            threeSteps(progress);
        } finally {
            System.setOut(before);
        }
        assertThat(bytes.toString(StandardCharsets.UTF_8).lines()).hasSize(3);
    }

    private static void threeSteps(Progress progress) {
        progress.step();
        progress.step();
        progress.step();
    }

    private static String printed(long steps, Consumer<Progress> loop) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (Progress progress =
                new Progress("training", steps, new PrintStream(bytes, true, StandardCharsets.UTF_8))) {
            loop.accept(progress);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
