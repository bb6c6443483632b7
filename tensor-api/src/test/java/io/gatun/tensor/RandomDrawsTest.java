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
            assertThat(draws.at(3, 10)).isNull();
            generator.take(5);
            RandomDraws.Draw first = draws.at(3, 10);
            assertThat(first.offset()).isZero();
            assertThat(draws.at(3, 11)).isNull();
            assertThat(draws.at(4, 10)).isNull();
            other.take(100);
            assertThat(draws.at(4, 0).source()).isNotSameAs(first.source());
            generator.take(2);
            assertThat(draws.at(3, 15).offset()).isEqualTo(5);
            source = first.source();
            assertThat(draws.at(3, 15).source()).isSameAs(source);
            assertThat(draws.at(3, 10)).as("what was drawn before the last").isEqualTo(first);
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
            assertThat(draws.at(3, 0).offset()).isZero();
            source = draws.at(3, 0).source();
        }
        source.takeAgain();
        assertThat(generator.take(1)).isEqualTo(new Generator.Stretch(3, 5));
    }

    @Test
    void generatorsInOneStateAreToldApartByWhatWasDrawnLast() {
        Generator one = new Generator(3);
        Generator two = new Generator(3);
        try (RandomDraws draws = RandomDraws.watch()) {
            one.take(5);
            RandomDraws.Source first = draws.at(3, 0).source();
            two.take(5);
            assertThat(draws.at(3, 0).source()).isNotSameAs(first);
            one.take(1);
            assertThat(draws.at(3, 5).source()).isSameAs(first);
            assertThatThrownBy(() -> draws.at(3, 0))
                    .isInstanceOf(TensorStateException.class)
                    .hasMessageContaining("give them different seeds");
        }
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
            assertThat(draws.at(3, 0)).isNull();
        }
    }
}
