package io.gatun.numpy;

import io.gatun.tensor.file.Quoted;
import java.math.BigInteger;
import java.util.List;

/** What a Python literal can mean in a header, with the index of the character at which it starts. */
sealed interface PythonValue {
    /** The character at which it starts. */
    int at();

    /** In messages: {@code a list}, {@code the string 'x'}. */
    String describe();

    /** A string, with its escapes resolved. */
    record Text(int at, String value) implements PythonValue {
        @Override
        public String describe() {
            return "the string " + Quoted.quoted(value);
        }
    }

    /** An integer of any size. */
    record Int(int at, BigInteger value) implements PythonValue {
        @Override
        public String describe() {
            return "the integer " + Quoted.abbreviated(value.toString());
        }
    }

    /** {@code True} or {@code False}. */
    record Bool(int at, boolean value) implements PythonValue {
        @Override
        public String describe() {
            return value ? "True" : "False";
        }
    }

    /** {@code None}. */
    record None(int at) implements PythonValue {
        @Override
        public String describe() {
            return "None";
        }
    }

    /** A tuple. */
    record Tuple(int at, List<PythonValue> items) implements PythonValue {
        @Override
        public String describe() {
            return "a tuple";
        }
    }

    /** A list. */
    record Sequence(int at, List<PythonValue> items) implements PythonValue {
        @Override
        public String describe() {
            return "a list";
        }
    }

    /** A dictionary, its entries in the order of the text, duplicates included. */
    record Dict(int at, List<Entry> entries) implements PythonValue {
        @Override
        public String describe() {
            return "a dictionary";
        }
    }

    /** An entry of a dictionary. */
    record Entry(PythonValue key, PythonValue value) {}
}
