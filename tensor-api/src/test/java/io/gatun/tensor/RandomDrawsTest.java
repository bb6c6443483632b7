package io.gatun.tensor;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class RandomDrawsTest {
    @Test
    void whatWasDrawnIsTakenAgainFromWhereTheGeneratorIsThen() {
        Generator generator = new Generator(3);
        Generator other = new Generator(4);
        generator.take(10);
        RandomDraws.Source source;
        try (RandomDraws draws = RandomDraws.watch()) {
            assertThat(draws.last()).isNull();
            generator.take(5);
            RandomDraws.Draw first = draws.last();
            assertThat(first.offset()).isZero();
            assertThat(first.isAt(3, 10)).isTrue();
            assertThat(first.isAt(3, 11)).isFalse();
            assertThat(first.isAt(4, 10)).isFalse();
            other.take(100);
            assertThat(draws.last().source()).isNotSameAs(first.source());
            generator.take(2);
            assertThat(draws.last().offset()).isEqualTo(5);
            source = first.source();
            assertThat(draws.last().source()).isSameAs(source);
        }

        assertThat(generator.take(1)).as("it went back").isEqualTo(new Generator.Stretch(3, 10));
        assertThat(other.take(1)).isEqualTo(new Generator.Stretch(4, 0));
        assertThat(source.takeAgain()).isEqualTo(new RandomDraws.Begin(3, 11));
        assertThat(source.takeAgain()).isEqualTo(new RandomDraws.Begin(3, 18));
        generator.manualSeed(9);
        assertThat(source.takeAgain()).isEqualTo(new RandomDraws.Begin(9, 0));
        assertThat(generator.take(1)).isEqualTo(new Generator.Stretch(9, 7));
    }

    @Test
    void aStateThatIsSetBackIsDrawnFromAgain() {
        Generator generator = new Generator(3);
        RandomDraws.Source source;
        try (RandomDraws draws = RandomDraws.watch()) {
            generator.take(5);
            generator.manualSeed(3); // as checkpoints do, to compute the same again
            generator.take(5);
            assertThat(draws.last().offset()).isZero();
            source = draws.last().source();
        }
        source.takeAgain();
        assertThat(generator.take(1)).isEqualTo(new Generator.Stretch(3, 5));
    }

    @Test
    void anotherSeedAndWatchingTwiceAreRefused() {
        Generator generator = new Generator(3);
        try (RandomDraws _ = RandomDraws.watch()) {
            assertThatThrownBy(RandomDraws::watch).isInstanceOf(TensorStateException.class);
            generator.take(1);
            generator.manualSeed(4);
            assertThatThrownBy(() -> generator.take(1))
                    .isInstanceOf(TensorStateException.class)
                    .hasMessageContaining("set seeds before it");
        }
        assertThat(generator.take(1)).isEqualTo(new Generator.Stretch(3, 0));
        try (RandomDraws draws = RandomDraws.watch()) {
            assertThat(draws.last()).isNull();
        }
    }
}
