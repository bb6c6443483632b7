package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;
import java.math.BigInteger;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a Python literal in a header means.
 *
 * @param at the index of the character at which it starts
 * @param value a {@link String} with its escapes resolved, a {@link BigInteger}, a {@link Boolean}, null for {@code None}, or
 *     {@link Items}
 */
record PythonValue(int at, @Nullable Object value) {
    /**
     * A tuple, a list or a dictionary.
     *
     * @param open the bracket it begins with
     * @param values in the order of the text; of a dictionary keys and values in turns, duplicates included
     */
    record Items(char open, List<PythonValue> values) {}

    /** What is in the brackets that begin with {@code open}; null if this is something else. */
    @Nullable List<PythonValue> items(char open) {
        return value instanceof Items items && items.open() == open ? items.values() : null;
    }

    /** In messages: {@code a list}, {@code the string 'x'}. */
    String describe() {
        if (value instanceof String text) {
            return "the string " + Quoted.quoted(text);
        } else if (value instanceof BigInteger integer) {
            return "the integer " + Quoted.abbreviated(integer.toString());
        } else if (value instanceof Items items) {
            return items.open() == '(' ? "a tuple" : items.open() == '[' ? "a list" : "a dictionary";
        }
        return value == null ? "None" : value.equals(true) ? "True" : "False";
    }
}
