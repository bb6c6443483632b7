package io.gatun.tensor.file;

/** Text from a file, made fit for a message: files must not fill a log through our messages, nor steer a terminal. */
public final class Quoted {
    private static final int MOST = 60;

    private Quoted() {}

    /** {@code text} in quotes, cut if long, with what cannot be printed escaped. */
    public static String quoted(String text) {
        return "'" + printable(text) + "'";
    }

    /** {@code text}, cut if long, with what cannot be printed escaped. */
    public static String printable(String text) {
        StringBuilder out = new StringBuilder();
        String shown = abbreviated(text);
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            if (c >= ' ' && c < 0x7F || Character.isLetterOrDigit(c)) {
                out.append(c == '\'' || c == '\\' ? "\\" : "").append(c);
            } else {
                out.append(String.format("\\u%04x", (int) c));
            }
        }
        return out.toString();
    }

    /** {@code text}, or its beginning and its length. */
    public static String abbreviated(String text) {
        return text.length() <= MOST ? text : text.substring(0, MOST) + "... (" + text.length() + " characters)";
    }
}
