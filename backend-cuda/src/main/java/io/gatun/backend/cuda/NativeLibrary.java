package io.gatun.backend.cuda;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Path;

/**
 * A library that was found, opened for good. JCuda's own native libraries, which ask the loader for it by name, then meet
 * this one, wherever it is.
 */
@SuppressWarnings("restricted") // opening a native library is what it is for
final class NativeLibrary {
    private final FoundLibrary found;
    private final SymbolLookup symbols;

    private NativeLibrary(FoundLibrary found, SymbolLookup symbols) {
        this.found = found;
        this.symbols = symbols;
    }

    /** Opens the file, after those beside it that it opens by name. */
    static NativeLibrary open(FoundLibrary found) {
        Path file = Path.of(found.path());
        if (file.getParent() == null) {
            return new NativeLibrary(found, SymbolLookup.libraryLookup(found.path(), Arena.global()));
        }
        for (Path other : Folders.list(file.getParent())) {
            if (found.library()
                    .companions()
                    .matcher(other.getFileName().toString())
                    .matches()) {
                openCompanion(other);
            }
        }
        try {
            return new NativeLibrary(found, SymbolLookup.libraryLookup(file.toAbsolutePath(), Arena.global()));
        } catch (IllegalArgumentException e) {
            throw new CudaException(found.library().title() + " does not load: " + file
                    + " is damaged, or a library that it needs is missing, which ldd would name");
        }
    }

    private static void openCompanion(Path file) {
        try {
            SymbolLookup.libraryLookup(file.toAbsolutePath(), Arena.global());
        } catch (IllegalArgumentException e) {
            // whoever needs it will say so
        }
    }

    /** Which major version its name says. */
    int major() {
        return found.major();
    }

    /** Where it is. */
    String path() {
        return found.path();
    }

    /** The address of a function. */
    MemorySegment function(String name) {
        return symbols.find(name)
                .orElseThrow(() -> new CudaException(found.path() + " has no function " + name
                        + ": it is not the library that it is named after, or too old"));
    }
}
