package io.gatun.backend.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Folders whose names end in versions. */
final class Folders {
    private static final Comparator<Path> BY_VERSION = Comparator.comparing(Folders::version, Arrays::compare);

    private Folders() {}

    /** The folders of a list that the system's separator divides, but for those that cannot be names. */
    static List<Path> split(String folders) {
        List<Path> paths = new ArrayList<>();
        for (String folder : folders.split(File.pathSeparator, -1)) {
            if (!folder.isBlank()) {
                try {
                    paths.add(Path.of(folder.strip()));
                } catch (InvalidPathException e) {
                    // then nothing is in it
                }
            }
        }
        return paths;
    }

    /** What is in a folder, by name; nothing if it cannot be read. */
    static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (IOException e) {
            return List.of();
        }
    }

    /**
     * The folders within {@code parent} whose names match, {@code cuda-13.0} before {@code cuda-9.2}; a link counts as what it
     * leads to.
     */
    static List<Path> newestFirst(Path parent, String names) {
        return list(parent).stream()
                .filter(folder -> folder.getFileName().toString().matches(names) && Files.isDirectory(folder))
                .sorted(BY_VERSION.reversed())
                .toList();
    }

    private static int[] version(Path folder) {
        Path real = folder;
        try {
            real = folder.toRealPath();
        } catch (IOException e) {
            // then its own name must do
        }
        return Stream.of(real.getFileName().toString().split("\\D+"))
                .filter(digits -> !digits.isEmpty() && digits.length() < 10)
                .mapToInt(Integer::parseInt)
                .toArray();
    }
}
