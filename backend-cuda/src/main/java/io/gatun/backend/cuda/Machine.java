package io.gatun.backend.cuda;

import java.io.File;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;
import java.util.Locale;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What is looked at on a machine, so that a test can make one up.
 *
 * @param property a system property
 * @param variable a variable of the environment
 * @param root of the file system, for the places that have fixed names
 * @param loads whether the loader finds a library of this name
 */
record Machine(
        Function<String, @Nullable String> property,
        Function<String, @Nullable String> variable,
        Path root,
        Predicate<String> loads) {

    /** This one. */
    static Machine here() {
        return new Machine(System::getProperty, System::getenv, Path.of(File.separator), Machine::opens);
    }

    @SuppressWarnings("restricted") // opening a native library is what it is for
    private static boolean opens(String name) {
        try {
            SymbolLookup.libraryLookup(name, Arena.global()); // for good: it is the one that will be used
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    boolean windows() {
        return system().toLowerCase(Locale.ROOT).startsWith("windows");
    }

    /** The operating system. */
    String system() {
        return orEmpty(property.apply("os.name"));
    }

    /** The processor. */
    String architecture() {
        return orEmpty(property.apply("os.arch"));
    }

    /** A system property, or "". */
    String property(String name) {
        return orEmpty(property.apply(name));
    }

    /** A variable of the environment, or "". */
    String variable(String name) {
        return orEmpty(variable.apply(name));
    }

    private static String orEmpty(@Nullable String value) {
        return value == null ? "" : value.strip();
    }
}
