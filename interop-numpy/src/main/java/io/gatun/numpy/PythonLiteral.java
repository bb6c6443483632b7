package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads the Python literal that a header is, as {@code ast.literal_eval} does behind NumPy's own reader, and nothing
 * more: there is no name, no call and no operator that it could evaluate.
 *
 * <p>Other readers look for {@code 'shape': (} in the text, and so meet only the one spelling that NumPy writes today.
 * Older NumPys, and other programs, write other ones; NumPy takes any literal, so this does: keys in any order, single,
 * double and triple quotes with escapes, adjacent strings, trailing commas, comments, parentheses around anything,
 * hexadecimal numbers, signs. Version 1 and 2 headers may come from Python 2, whose long integers end in {@code L}.
 * Blanks mean something to Python where there is no bracket around them: before the value there may be some on the very
 * first line, and whole lines of blanks and comments, but then no indentation; and behind it no backslash that joins the
 * last line to nothing nor, in version 3, a last line of blanks that does not end.
 *
 * <p>Grammar, whitespace and comments aside:
 *
 * <pre>
 *   value   = string+ | [+-] operand | number | True | False | None | group | list | dict
 *   operand = number | "(" operand ")"
 *   group   = "(" ")" | "(" value ")" | "(" value ("," value)* [","] ")"       the second is not a tuple
 *   list    = "[" [value ("," value)* [","]] "]"
 *   dict    = "{" [value ":" value ("," value ":" value)* [","]] "}"
 * </pre>
 *
 * <p>Sets, floating-point and complex numbers and bytes are literals too, but no header has a place for one: they are
 * refused where they stand. Nesting is limited as in Python's own parser, so that a file cannot exhaust the stack.
 */
final class PythonLiteral {
    private static final int DEEPEST = 200;

    private final HeaderText header;
    private final String text;
    private final boolean python2;
    private int at;
    private int depth;

    private PythonLiteral(HeaderText header, boolean python2) {
        this.header = header;
        this.text = header.text();
        this.python2 = python2;
    }

    /**
     * The value of the whole text.
     *
     * @param python2 whether integers may end in {@code L}
     * @throws NpyFormatException if it is not one literal
     */
    static PythonValue parse(HeaderText header, boolean python2) {
        PythonLiteral parser = new PythonLiteral(header, python2);
        int nul = header.text().indexOf('\0');
        if (nul >= 0) {
            throw header.problem(nul, "the header contains a NUL character");
        }
        while (parser.at < parser.text.length() && " \t".indexOf(parser.text.charAt(parser.at)) >= 0) {
            parser.at++; // of the first line alone
        }
        int indentation = parser.skipLines(true);
        if (indentation > 0) {
            throw header.problem(
                    parser.at, "the header is indented after its first line, which to Python is a block of code");
        }
        PythonValue value = parser.value();
        indentation = parser.skipLines(false);
        if (parser.at < parser.text.length()) {
            throw parser.unexpected("the end of the header");
        }
        if (indentation > 0 && !python2) {
            throw header.problem(parser.at, "the header ends in a line of blanks, which to Python is a block of code");
        }
        return value;
    }

    /**
     * Skips blanks and comments outside brackets.
     *
     * @param fromStart whether a line begins here
     * @return how far the line that it stops in is indented, 0 if it did not begin here
     */
    private int skipLines(boolean fromStart) {
        boolean inIndentation = fromStart;
        int column = 0;
        int firstColumn = 0; // of lines that are joined, before the first backslash
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipComment();
                inIndentation = false;
            } else if (PythonString.lineEnd(text, at) > at) {
                at = PythonString.lineEnd(text, at);
                inIndentation = true;
                column = 0;
                firstColumn = 0;
            } else if (c == '\\' && joinedLine() > at) {
                at = joinedLine();
                firstColumn = firstColumn == 0 ? column : firstColumn;
            } else if (c == ' ' || c == '\t' || c == '\f') {
                at++;
                column = c == '\f' ? 0 : column + 1;
            } else {
                break;
            }
        }
        return !inIndentation ? 0 : firstColumn > 0 ? firstColumn : column;
    }

    private PythonValue value() {
        skipBlank();
        if (at == text.length()) {
            throw header.problem(at, "the header ends where a value is expected");
        }
        char c = text.charAt(at);
        return switch (c) {
            case '(', '[', '{' -> nested(c);
            case '\'', '"' -> string();
            case '+', '-' -> signed(c);
            default -> {
                if (isDigit(c)) {
                    yield new PythonValue(at, integer());
                }
                if (Character.isUnicodeIdentifierStart(c) || c == '_') {
                    yield word();
                }
                throw unexpected("a value");
            }
        };
    }

    private PythonValue nested(char open) {
        int start = at++;
        if (++depth > DEEPEST) {
            throw header.problem(start, "the header is nested more than " + DEEPEST + " deep");
        }
        PythonValue value = switch (open) {
            case '(' -> group(start);
            case '[' -> items('[', start, items(']', new ArrayList<>()));
            default -> dict(start);
        };
        depth--;
        return value;
    }

    private PythonValue group(int start) {
        if (accept(')')) {
            return items('(', start, List.of());
        }
        PythonValue first = value();
        if (accept(')')) {
            return first; // parentheses around a value: no tuple
        }
        expect(',', "',' or ')'");
        List<PythonValue> items = new ArrayList<>();
        items.add(first);
        return items('(', start, items(')', items));
    }

    private static PythonValue items(char open, int start, List<PythonValue> values) {
        return new PythonValue(start, new PythonValue.Items(open, values));
    }

    /** Values up to {@code close}, appended to {@code items}. */
    private List<PythonValue> items(char close, List<PythonValue> items) {
        while (!accept(close)) {
            items.add(value());
            if (!accept(',')) {
                expect(close, "',' or '" + close + "'");
                break;
            }
        }
        return items;
    }

    private PythonValue dict(int start) {
        List<PythonValue> entries = new ArrayList<>();
        while (!accept('}')) {
            PythonValue key = value();
            expect(':', "':' after " + key.describe());
            entries.add(key);
            entries.add(value());
            if (!accept(',')) {
                expect('}', "',' or '}'");
                break;
            }
        }
        return items('{', start, entries);
    }

    private PythonValue signed(char sign) {
        int start = at++;
        int open = 0;
        while (accept('(')) {
            open++;
        }
        if (at == text.length() || !isDigit(text.charAt(at))) {
            throw unexpected("a number after '" + sign + "'");
        }
        BigInteger magnitude = integer();
        for (; open > 0; open--) {
            expect(')', "')'");
        }
        return new PythonValue(start, sign == '-' ? magnitude.negate() : magnitude);
    }

    private BigInteger integer() {
        int start = at;
        while (at < text.length() && (isWordPart(text.charAt(at)) || text.charAt(at) == '.')) {
            at++;
        }
        String spelled = text.substring(start, at);
        if (python2) {
            spelled = withoutLongSuffix(spelled);
        }
        BigInteger value = integerValue(spelled);
        if (value == null) {
            String spelling = Quoted.printable(spelled);
            throw header.problem(start, spelling + " is not an integer, and a header has a place for no other number");
        }
        return value;
    }

    /** Python 2's {@code 3L}; NumPy drops an L after any number, whether or not they touch. */
    private String withoutLongSuffix(String spelled) {
        int suffix = longSuffix(at);
        while (suffix > at) {
            at = suffix;
            suffix = longSuffix(at);
        }
        return spelled.endsWith("L") ? spelled.substring(0, spelled.length() - 1) : spelled;
    }

    /** The index after an L that follows {@code from} in the same line, or in one that a backslash joins to it; or {@code from}. */
    private int longSuffix(int from) {
        int next = from;
        while (next < text.length()) {
            char c = text.charAt(next);
            if (c == ' ' || c == '\t' || c == '\f') {
                next++;
            } else if (text.startsWith("\\\n", next) || text.startsWith("\\\r\n", next)) {
                next = PythonString.lineEnd(text, next + 1);
            } else {
                break;
            }
        }
        boolean isSuffix = next < text.length()
                && text.charAt(next) == 'L'
                && (next + 1 == text.length() || !isWordPart(text.charAt(next + 1)));
        return isSuffix ? next + 1 : from;
    }

    private static @Nullable BigInteger integerValue(String spelled) {
        boolean prefixed = spelled.length() > 2 && spelled.charAt(0) == '0' && !isDigit(spelled.charAt(1));
        int radix = !prefixed
                ? 10
                : switch (spelled.charAt(1)) {
                    case 'x', 'X' -> 16;
                    case 'o', 'O' -> 8;
                    case 'b', 'B' -> 2;
                    default -> 10;
                };
        String digits = radix == 10 ? spelled : spelled.substring(2);
        boolean last = radix != 10; // an underscore may follow the prefix, or a digit
        boolean zero = true;
        StringBuilder plain = new StringBuilder(digits.length());
        for (int i = 0; i < digits.length(); i++) {
            char c = digits.charAt(i);
            boolean digit = c < 0x80 && Character.digit(c, radix) >= 0;
            if (!digit && !(c == '_' && last)) {
                return null;
            }
            last = digit;
            if (digit) {
                plain.append(c);
                zero &= c == '0';
            }
        }
        boolean leadingZero = radix == 10 && digits.startsWith("0") && !zero; // 010 was octal once: an error now
        return last && !plain.isEmpty() && !leadingZero ? new BigInteger(plain.toString(), radix) : null;
    }

    /** True, False, None, or the prefix of a string. */
    private PythonValue word() {
        int start = at;
        while (at < text.length() && isWordPart(text.charAt(at))) {
            at++;
        }
        String word = text.substring(start, at);
        boolean quoteFollows = at < text.length() && (text.charAt(at) == '\'' || text.charAt(at) == '"');
        if (quoteFollows && PythonString.isTextPrefix(word)) {
            at = start;
            return string();
        }
        return switch (word) {
            case "True" -> new PythonValue(start, true);
            case "False" -> new PythonValue(start, false);
            case "None" -> new PythonValue(start, null);
            default ->
                throw header.problem(
                        start,
                        Quoted.quoted(word) + " is not a literal: a header holds only strings, integers, True,"
                                + " False, tuples, lists and dictionaries, and nothing in it is evaluated");
        };
    }

    /** One string, or several in a row, which are one. */
    private PythonValue string() {
        int start = at;
        StringBuilder value = new StringBuilder();
        while (true) {
            int end = PythonString.append(header, at, value);
            at = end;
            skipBlank();
            if (!PythonString.startsAt(text, at)) {
                at = end;
                return new PythonValue(start, value.toString());
            }
        }
    }

    private void skipBlank() {
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == '#') {
                skipComment();
            } else if (c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f') {
                at++;
            } else if (c == '\\' && joinedLine() > at) {
                at = joinedLine();
            } else {
                return;
            }
        }
    }

    private void skipComment() {
        while (at < text.length() && PythonString.lineEnd(text, at) == at) {
            at++;
        }
    }

    /** Where the line begins that the backslash here joins to this one, or the backslash's index if there is none. */
    private int joinedLine() {
        int next = PythonString.lineEnd(text, at + 1);
        return next > at + 1 && next < text.length() ? next : at;
    }

    private boolean accept(char wanted) {
        skipBlank();
        if (at < text.length() && text.charAt(at) == wanted) {
            at++;
            return true;
        }
        return false;
    }

    private void expect(char wanted, String what) {
        if (!accept(wanted)) {
            throw unexpected(what);
        }
    }

    private NpyFormatException unexpected(String wanted) {
        return at >= text.length()
                ? header.problem(at, "the header ends where " + wanted + " is expected")
                : header.problem(
                        at, "found " + Quoted.quoted(text.substring(at, at + 1)) + " where " + wanted + " is expected");
    }

    private static boolean isDigit(char c) {
        return c >= '0' && c <= '9';
    }

    private static boolean isWordPart(char c) {
        return c == '_' || Character.isUnicodeIdentifierPart(c);
    }
}
