package io.gatun.safetensors;

import io.gatun.tensor.file.Quoted;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.StandardCharsets;

/**
 * Reads JSON as RFC 8259 has it and no other, front to back: the caller says what it expects next. Numbers are whole and
 * not negative, which is all that a header has. It never recurses deeper than {@link #DEEPEST}.
 */
final class JsonReader {
    private static final int DEEPEST = 32;

    private final String source;
    private final byte[] text;
    private final long start;
    private final CharsetDecoder utf8 = StandardCharsets.UTF_8.newDecoder();
    private int at;

    /**
     * At the first byte of {@code text}.
     *
     * @param source the file, for messages
     * @param start where in the file the text begins
     */
    JsonReader(String source, byte[] text, long start) {
        this.source = source;
        this.text = text;
        this.start = start;
    }

    /** What an object has. */
    interface Member {
        /** Reads the value of {@code key}, which stands at {@code keyAt}. */
        void read(String key, int keyAt);
    }

    /** Where the next byte is. */
    int at() {
        return at;
    }

    SafeTensorsFormatException problem(int at, String what) {
        return new SafeTensorsFormatException(source, start + at, what);
    }

    /** Reads an object, in which {@code member} reads every value. It sees keys that are there twice twice. */
    void object(Member member) {
        expect('{');
        if (takes('}')) {
            return;
        }
        do {
            skipBlanks();
            int keyAt = at;
            String key = string();
            expect(':');
            member.read(key, keyAt);
        } while (takes(','));
        expect('}');
    }

    /** Reads an array, in which {@code element} reads every value. */
    void array(Runnable element) {
        expect('[');
        if (takes(']')) {
            return;
        }
        do {
            element.run();
        } while (takes(','));
        expect(']');
    }

    /** Reads a number from 0 to 2^63 - 1, in digits alone. */
    long number() {
        skipBlanks();
        int from = at;
        long value = 0;
        for (; at < text.length && text[at] >= '0' && text[at] <= '9'; at++) {
            int digit = text[at] - '0';
            if (value > (Long.MAX_VALUE - digit) / 10) {
                throw problem(from, "the number is more than 2^63 - 1");
            }
            value = value * 10 + digit;
        }
        boolean goesOn = at < text.length && ".eE".indexOf(text[at]) >= 0;
        boolean zeros = at > from + 1 && text[from] == '0';
        if (at == from || goesOn || zeros) {
            throw problem(from, "a whole number that is not negative was expected, " + found(from));
        }
        return value;
    }

    /** Reads a string. */
    String string() {
        expect('"');
        int from = at - 1;
        StringBuilder unescaped = null;
        int run = at;
        while (true) {
            if (at >= text.length) {
                throw problem(from, "the string does not end");
            }
            byte b = text[at];
            if (b == '"') {
                String rest = decoded(run, at++);
                return unescaped == null ? rest : whole(from, unescaped.append(rest));
            }
            if (b >= 0 && b < ' ') {
                throw problem(at, "there is a control character in a string");
            }
            if (b == '\\') {
                unescaped = unescaped == null ? new StringBuilder() : unescaped;
                unescaped.append(decoded(run, at)).append(escape());
                run = at;
            } else {
                at++;
            }
        }
    }

    private String decoded(int from, int to) {
        try {
            return utf8.decode(ByteBuffer.wrap(text, from, to - from)).toString();
        } catch (CharacterCodingException e) {
            throw problem(from, "the string that begins here is not UTF-8");
        }
    }

    private char escape() {
        int from = at;
        at += 2;
        char code = at <= text.length ? (char) text[at - 1] : ' ';
        return switch (code) {
            case '"', '\\', '/' -> code;
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'u' -> {
                int value = 0;
                for (int i = 0; i < 4; i++, at++) {
                    int digit = at < text.length ? Character.digit((char) (text[at] & 0xFF), 16) : -1;
                    if (digit < 0) {
                        throw problem(from, "the escape is not \\u and four hexadecimal digits");
                    }
                    value = value << 4 | digit;
                }
                yield (char) value;
            }
            default -> throw problem(from, "the escape is none that JSON has");
        };
    }

    /** Escapes can name halves of characters, which no text has alone. */
    private String whole(int from, StringBuilder string) {
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (Character.isHighSurrogate(c)
                    && i + 1 < string.length()
                    && Character.isLowSurrogate(string.charAt(i + 1))) {
                i++;
            } else if (Character.isSurrogate(c)) {
                throw problem(from, "the string has one half of a surrogate pair");
            }
        }
        return string.toString();
    }

    /** Whether the next value is a string. */
    boolean isAtString() {
        skipBlanks();
        return at < text.length && text[at] == '"';
    }

    /** Reads past a value of any kind. */
    void skip() {
        skip(0);
    }

    private void skip(int depth) {
        skipBlanks();
        if (depth > DEEPEST) {
            throw problem(at, "values are nested more than " + DEEPEST + " deep");
        }
        switch (at < text.length ? text[at] : ' ') {
            case '{' -> object((key, keyAt) -> skip(depth + 1));
            case '[' -> array(() -> skip(depth + 1));
            case '"' -> string();
            default -> literal();
        }
    }

    /** Reads a number, or one of JSON's three words, and gives it as it is spelled. */
    private void literal() {
        int from = at;
        while (at < text.length
                && (Character.isLetterOrDigit((char) (text[at] & 0x7F)) || "+-.".indexOf(text[at]) >= 0)) {
            at++;
        }
        String word = decoded(from, at);
        if (!word.matches("true|false|null|-?(0|[1-9][0-9]*)(\\.[0-9]+)?([eE][+-]?[0-9]+)?")) {
            throw problem(from, "a value was expected, " + found(from));
        }
    }

    /** Reads {@code c}, after blanks. */
    private void expect(char c) {
        if (!takes(c)) {
            throw problem(at, "'" + c + "' was expected, " + found(at));
        }
    }

    /** Whether {@code c} comes next, after blanks; reads it then. */
    private boolean takes(char c) {
        skipBlanks();
        boolean is = at < text.length && text[at] == c;
        at += is ? 1 : 0;
        return is;
    }

    private void skipBlanks() {
        while (at < text.length && (text[at] == ' ' || text[at] == '\n' || text[at] == '\r' || text[at] == '\t')) {
            at++;
        }
    }

    /** Says what stands at {@code from}. */
    private String found(int from) {
        if (from >= text.length) {
            return "and the text ends";
        }
        int length = Math.min(20, text.length - from);
        return "not " + Quoted.quoted(new String(text, from, length, StandardCharsets.ISO_8859_1));
    }

    /** Requires that nothing is left but blanks. */
    void end() {
        skipBlanks();
        if (at < text.length) {
            throw problem(at, "the text should end here, " + found(at));
        }
    }
}
