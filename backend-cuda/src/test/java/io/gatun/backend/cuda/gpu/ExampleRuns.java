package io.gatun.backend.cuda.gpu;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Starts each example on the GPU and on the CPU: both must end well, and what they print is compared. */
final class ExampleRuns {
    private static final String PACKAGE = "io.gatun.examples.";

    private ExampleRuns() {}

    /** What an example ended with. */
    private record Outcome(int exit, double seconds, List<String> lines, String trouble) {}

    public static void main(String... arguments) throws IOException, InterruptedException {
        Settings settings = Settings.here();
        Path folder = Files.createTempDirectory("gatun-examples");
        System.out.println(
                "| example | on the GPU | on the CPU | lines printed | of them different |\n|---|---|---|--:|--:|");
        boolean well = true;
        for (String line : examples(settings)) {
            well &= run(List.of(line.split(" ")), folder, settings.size(60, 240));
        }
        System.exit(well ? 0 : JUnitRun.FAILED);
    }

    /** With the arguments that make them short. */
    private static List<String> examples(Settings settings) {
        String epochs = " --epochs " + settings.size(3, 1);
        List<String> small = List.of("GradientDescent", "HoursAndPoints", "LogitsGradient", "BasisFit");
        if (settings.tiny()) {
            return List.of("GradientDescent", "LogitsGradient", "CharGpt --steps 1");
        }
        List<String> all = new ArrayList<>(small);
        all.addAll(List.of("SineFit", "SineFitModule", "LegendreFit", "LinearRegression"));
        for (String name : List.of("Digits", "DigitsCnn", "DigitsLstm", "DigitsTransformer", "DigitsVae")) {
            all.add(name + epochs);
        }
        all.add("CharGpt --steps 50");
        return all;
    }

    /** Whether it ended on the GPU as on the CPU, which may lack what pictures need. */
    private static boolean run(List<String> example, Path folder, int seconds)
            throws IOException, InterruptedException {
        Outcome there = start("cuda", example, folder, seconds);
        Outcome here = start("simd", example, folder, seconds);
        int lines = Math.max(there.lines.size(), here.lines.size());
        int different = lines - Math.min(there.lines.size(), here.lines.size());
        for (int i = 0; i < lines - different; i++) {
            different += there.lines.get(i).equals(here.lines.get(i)) ? 0 : 1;
        }
        System.out.printf(
                "| %s | %s | %s | %d | %d |%n",
                String.join(" ", example), describe(there), describe(here), lines, different);
        return there.exit == here.exit && there.trouble.equals(here.trouble);
    }

    private static String describe(Outcome outcome) {
        return (outcome.exit == 0 ? "well" : "status " + outcome.exit + ": " + outcome.trouble)
                + String.format(", %.1f s", outcome.seconds);
    }

    private static Outcome start(String backend, List<String> example, Path folder, int most)
            throws IOException, InterruptedException {
        Path work = Files.createTempDirectory(folder, backend);
        Path out = work.resolve("printed.txt");
        Path err = work.resolve("complained.txt");
        List<String> command = new ArrayList<>(JavaProcess.command());
        command.addAll(List.of("-Dgatun.backend=" + backend, PACKAGE + example.getFirst()));
        command.addAll(example.subList(1, example.size()));
        long start = System.nanoTime();
        Process process = new ProcessBuilder(command)
                .directory(work.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile())
                .start();
        int exit = process.waitFor(most, TimeUnit.SECONDS) ? process.exitValue() : -1;
        process.destroyForcibly();
        double seconds = (System.nanoTime() - start) * 1e-9;
        String complaint = Files.readString(err, StandardCharsets.UTF_8);
        if (exit != 0) {
            System.err.println(complaint);
        }
        return new Outcome(
                exit, seconds, lines(out), exit == -1 ? "it took too long" : exit == 0 ? "" : trouble(complaint));
    }

    /** Without what says how long something took. */
    private static List<String> lines(Path printed) throws IOException {
        return Files.readString(printed, StandardCharsets.UTF_8)
                .lines()
                .filter(line -> !line.isBlank())
                .toList();
    }

    private static String trouble(String complaint) {
        return complaint
                .lines()
                .filter(line -> line.contains("rror") || line.contains("xception") || line.contains(": "))
                .findFirst()
                .orElse("");
    }
}
