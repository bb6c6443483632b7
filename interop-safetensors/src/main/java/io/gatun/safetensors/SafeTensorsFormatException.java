package io.gatun.safetensors;

/**
 * A file that is not a safetensors file this library reads. The message names the file, the byte at which the trouble is,
 * what was found there and what was expected; where something else would read it, that is named too.
 *
 * <p>An {@link IllegalArgumentException}, as every refusal of bad input in this library is, and not an {@link
 * java.io.IOException}: reading again will not help. What the file system refuses (no such file, no permission, a failing
 * disk) stays an {@code IOException}.
 */
public final class SafeTensorsFormatException extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    private final String source;
    private final long position;

    /** For the byte at {@code position} of {@code source}. */
    SafeTensorsFormatException(String source, long position, String problem) {
        super(source + ", byte " + position + ": " + problem);
        this.source = source;
        this.position = position;
    }

    /** The file. */
    public String source() {
        return source;
    }

    /** Where in it, counted from 0. */
    public long position() {
        return position;
    }
}
