package io.gatun.tensor;

import java.util.HashMap;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * For backends that record work to repeat it: what the calling thread draws from generators while this is open. Closing it sets
 * them back, since nothing was drawn yet; each repetition then takes as much again ({@link Source#takeAgain}).
 */
public final class RandomDraws implements AutoCloseable {
    private static final ThreadLocal<@Nullable RandomDraws> WATCHED = new ThreadLocal<>();

    private final IdentityHashMap<Generator, Source> sources = new IdentityHashMap<>();
    private final Map<Begin, Draw> draws = new HashMap<>();
    private final Set<Begin> alike = new HashSet<>(); // where two generators were
    private @Nullable Draw last;

    private RandomDraws() {}

    /**
     * Begins.
     *
     * @throws TensorStateException if this thread's draws are watched already
     */
    public static RandomDraws watch() {
        if (WATCHED.get() != null) {
            throw new TensorStateException("the random numbers that this thread draws are watched already");
        }
        RandomDraws draws = new RandomDraws();
        WATCHED.set(draws);
        return draws;
    }

    /**
     * The draw with this seed and counter, or null.
     *
     * @throws TensorStateException if two generators had them, and this was not drawn last
     */
    public @Nullable Draw at(long seed, long counter) {
        Begin begin = new Begin(seed, counter);
        if (last != null && last.begin.equals(begin)) {
            return last;
        }
        if (alike.contains(begin)) {
            throw new TensorStateException("random: two generators gave the numbers of seed " + seed + " at " + counter
                    + " to the step that is recorded, and which of them are to be drawn again is not known: give them"
                    + " different seeds");
        }
        return draws.get(begin);
    }

    /** Ends, and sets the generators back to where they were. */
    @Override
    public void close() {
        WATCHED.remove();
        sources.values().forEach(Source::end);
    }

    /** Takes note of a draw, if this thread's are watched. */
    static void drawn(Generator generator, Generator.Stretch stretch) {
        RandomDraws draws = WATCHED.get();
        if (draws == null) {
            return;
        }
        Source source = draws.sources.computeIfAbsent(generator, key -> new Source(key, stretch));
        if (source.start.seed() != stretch.seed()) {
            throw new TensorStateException("random: the generator was given another seed by the step that is recorded:"
                    + " set seeds before it");
        }
        Draw draw = new Draw(source, stretch, stretch.counter() - source.start.counter());
        Draw before = draws.draws.put(draw.begin, draw);
        if (before != null && !before.source.equals(source)) {
            draws.alike.add(draw.begin);
        }
        draws.last = draw;
    }

    /**
     * What one fill took.
     *
     * @param source of the numbers
     * @param offset how far its counter was from the first that was drawn
     */
    public record Draw(Source source, Begin begin, long offset) {
        private Draw(Source source, Generator.Stretch stretch, long offset) {
            this(source, new Begin(stretch.seed(), stretch.counter()), offset);
        }
    }

    /** Where numbers begin. */
    public record Begin(long seed, long counter) {}

    /** A generator, and how much was drawn from it. */
    public static final class Source {
        private final Generator generator;
        private final Generator.Stretch start;
        private long blocks;

        private Source(Generator generator, Generator.Stretch start) {
            this.generator = generator;
            this.start = start;
        }

        private void end() {
            blocks = generator.rewind(start);
        }

        /** Takes as much of the generator's counter as was drawn while it was watched, and says where that begins. */
        public Begin takeAgain() {
            Generator.Stretch stretch = generator.take(blocks);
            return new Begin(stretch.seed(), stretch.counter());
        }
    }
}
