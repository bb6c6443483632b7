package io.gatun.numpy;

import org.jspecify.annotations.Nullable;

/**
 * A file that is not a NumPy file this library reads. The message names the file, the byte at which the trouble is, what
 * was found there and what was expected; where something else would read it, that is named too.
 *
 * <p>An {@link IllegalArgumentException}, as every refusal of bad input in this library is, and not an {@link
 * java.io.IOException}: reading again will not help, so there is nothing for a caller to handle at the place of the call.
 * What the file system refuses (no such file, no permission, a failing disk) stays an {@code IOException}.
 */
public final class NpyFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String source;
    private final long position;
    private final String problem;

    /** For the byte at {@code position} of {@code source}. */
    NpyFormatException(String source, long position, String problem) {
        this(source, position, problem, null);
    }

    /** For the byte at {@code position} of {@code source}, with the exception behind it. */
    NpyFormatException(String source, long position, String problem, @Nullable Throwable cause) {
        super(source + (position < 0 ? ": " : ", byte " + position + ": ") + problem, cause);
        this.source = source;
        this.position = position;
        this.problem = problem;
    }

    /** The same exception, whose message goes on with {@code remedy}. */
    NpyFormatException with(String remedy) {
        return new NpyFormatException(source, position, problem + ". " + remedy, this);
    }

    /** The file, or what else was read; a member of an archive is {@code archive.npz!member.npy}. */
    public String source() {
        return source;
    }

    /** Where in it, counted from 0 at the array's first byte; -1 where no one byte is to blame. */
    public long position() {
        return position;
    }
}
