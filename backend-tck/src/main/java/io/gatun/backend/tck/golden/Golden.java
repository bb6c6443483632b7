package io.gatun.backend.tck.golden;

import io.gatun.tensor.BackendException;
import io.gatun.tensor.Device;
import java.io.IOException;
import java.nio.file.Path;

/**
 * The command line: {@code Golden DIR [BACKEND]} runs the cases in a folder on a backend, the default one if none is
 * named. The exit status is 0 if none failed, 1 if any did, 2 if the cases could not be run.
 */
public final class Golden {
    private Golden() {}

    /** See the class. */
    public static void main(String[] args) {
        System.exit(run(args));
    }

    private static int run(String[] args) {
        if (args.length < 1 || args.length > 2) {
            System.err.println("usage: golden DIR [BACKEND], where DIR holds cases.jsonl and golden.npz");
            return 2;
        }
        try {
            Device device = args.length > 1 ? Device.of(args[1]) : Device.getDefault();
            GoldenReport report = GoldenReport.of(new GoldenRunner(device), GoldenFolder.read(Path.of(args[0])));
            report.lines().forEach(System.out::println);
            return report.failed() == 0 ? 0 : 1;
        } catch (BackendException | IOException | IllegalArgumentException e) {
            System.err.println("golden: " + e.getMessage());
            return 2;
        }
    }
}
