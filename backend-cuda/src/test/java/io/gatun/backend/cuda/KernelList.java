package io.gatun.backend.cuda;

import io.gatun.tensor.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * The kernel units that are asked for when every operator runs with every dtype: a resource, {@value #NAME}, which
 * {@code tools/kernels list} makes anew.
 */
final class KernelList {
    private static final String NAME = "kernel-units.txt";

    /** A file that what was asked for is written to, in place of being compared. */
    private static final String RECORD = "gatun.cuda.units";

    private KernelList() {}

    /** All, in the order of their names. */
    static List<KernelUnit> all() throws IOException {
        try (var in = KernelList.class.getResourceAsStream(NAME)) {
            if (in == null) {
                return List.of();
            }
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            return text.lines().map(KernelUnit::parse).toList();
        }
    }

    /** After tests that ran every operator: fails if something was asked for that is not in the list. */
    static void check(Device device) throws IOException {
        Set<String> asked = ((CudaBackend) device.backend())
                .context(device).kernels().units().stream()
                        .map(KernelUnit::toString)
                        .collect(Collectors.toCollection(TreeSet::new));
        String record = System.getProperty(RECORD, "");
        if (!record.isEmpty()) {
            Files.writeString(Path.of(record), String.join("\n", asked) + "\n");
            return;
        }
        all().forEach(unit -> asked.remove(unit.toString()));
        if (!asked.isEmpty()) {
            throw new AssertionError(
                    "kernels were asked for that " + NAME + " lacks: run `tools/kernels list`: " + asked);
        }
    }
}
