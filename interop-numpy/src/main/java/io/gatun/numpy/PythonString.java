package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;

/**
 * String literals of Python: the prefixes r and u, one quote or three, and every escape. An f-string is code and a bytes
 * literal no string: neither is read here.
 */
final class PythonString {
    private PythonString() {}

    /** The index after the end of a line at character {@code at}: of Unix, Windows or old Macs; {@code at} if there is none. */
    static int lineEnd(String text, int at) {
        if (text.startsWith("\r\n", at)) {
            return at + 2;
        }
        return text.startsWith("\n", at) || text.startsWith("\r", at) ? at + 1 : at;
    }

    /** Whether {@code word}, followed by a quote, begins a string. */
    static boolean isTextPrefix(String word) {
        return word.length() == 1 && "rRuU".contains(word);
    }

    /** Whether a string begins at character {@code at}. */
    static boolean startsAt(String text, int at) {
        int quote = at < text.length() && "rRuU".indexOf(text.charAt(at)) >= 0 ? at + 1 : at;
        return quote < text.length() && (text.charAt(quote) == '\'' || text.charAt(quote) == '"');
    }

    /**
     * Appends the value of the string that begins at character {@code start}.
     *
     * @return the index of the character after it
     * @throws NpyFormatException if it does not end, or an escape is malformed
     */
    static int append(HeaderText header, int start, StringBuilder out) {
        String text = header.text();
        char first = text.charAt(start);
        boolean raw = first == 'r' || first == 'R';
        int at = first == '\'' || first == '"' ? start : start + 1;
        char quote = text.charAt(at);
        String triple = String.valueOf(quote).repeat(3);
        boolean isTriple = text.startsWith(triple, at);
        at += isTriple ? 3 : 1;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (isTriple ? text.startsWith(triple, at) : c == quote) {
                return at + (isTriple ? 3 : 1);
            }
            if (!isTriple && (c == '\n' || c == '\r')) {
                break;
            }
            if (c != '\\') {
                out.append(c);
                at++;
            } else if (at + 1 == text.length()) {
                break;
            } else if (raw) {
                out.append(c).append(text.charAt(at + 1)); // a raw string keeps both, even before a quote
                at += 2;
            } else {
                at = escape(header, at, out);
            }
        }
        throw header.problem(start, "a string begins here and does not end");
    }

    /** Appends what the escape at {@code at} means, and gives the index after it. */
    private static int escape(HeaderText header, int at, StringBuilder out) {
        String text = header.text();
        char c = text.charAt(at + 1);
        int next = at + 2;
        switch (c) {
            case '\n', '\r' -> next = lineEnd(text, at + 1); // joins two lines
            case '\\', '\'', '"' -> out.append(c);
            case 'a' -> out.append('\u0007');
            case 'b' -> out.append('\b');
            case 'f' -> out.append('\f');
            case 'n' -> out.append('\n');
            case 'r' -> out.append('\r');
            case 't' -> out.append('\t');
            case 'v' -> out.append('\u000b');
            case 'x' -> next = code(header, at, 2, out);
            case 'u' -> next = code(header, at, 4, out);
            case 'U' -> next = code(header, at, 8, out);
            case 'N' -> next = named(header, at, out);
            case '0', '1', '2', '3', '4', '5', '6', '7' -> {
                int value = 0;
                next = at + 1;
                while (next < text.length() && next < at + 4 && text.charAt(next) >= '0' && text.charAt(next) <= '7') {
                    value = value * 8 + text.charAt(next++) - '0';
                }
                out.append((char) value);
            }
            default -> out.append('\\').append(c); // Python keeps an escape it does not know
        }
        return next;
    }

    private static int code(HeaderText header, int at, int digits, StringBuilder out) {
        String text = header.text();
        int end = at + 2 + digits;
        long value = end <= text.length() ? 0 : -1;
        for (int i = at + 2; i < end && value >= 0; i++) {
            char c = text.charAt(i);
            int digit = c < 0x80 ? Character.digit(c, 16) : -1;
            value = digit < 0 ? -1 : value * 16 + digit;
        }
        if (value < 0 || value > Character.MAX_CODE_POINT) {
            throw header.problem(
                    at,
                    "the escape \\" + text.charAt(at + 1) + " needs " + digits + " hexadecimal digits of a character");
        }
        out.appendCodePoint((int) value);
        return end;
    }

    private static int named(HeaderText header, int at, StringBuilder out) {
        String text = header.text();
        int close = text.indexOf('}', at);
        if (close < 0 || !text.startsWith("{", at + 2)) {
            throw header.problem(at, "the escape \\N needs the name of a character in braces");
        }
        String name = text.substring(at + 3, close);
        try {
            if (!name.equals(name.strip())) { // Java trims it, Python does not
                throw new IllegalArgumentException(name);
            }
            out.appendCodePoint(Character.codePointOf(name));
        } catch (IllegalArgumentException unknown) {
            throw header.problem(at, "there is no character named " + Quoted.quoted(name));
        }
        return close + 1;
    }
}
