package io.gatun.numpy;

import java.nio.charset.Charset;

/**
 * The text of a header, and where in which file it is, so that every complaint about it can name the byte.
 *
 * @param source the file
 * @param start the position of the text's first byte
 * @param charset its encoding
 * @param text the decoded text
 */
record HeaderText(String source, long start, Charset charset, String text) {
    /** The exception for something wrong at character {@code at}. */
    NpyFormatException problem(int at, String what) {
        int until = Math.min(at, text.length());
        return new NpyFormatException(source, start + text.substring(0, until).getBytes(charset).length, what);
    }
}
