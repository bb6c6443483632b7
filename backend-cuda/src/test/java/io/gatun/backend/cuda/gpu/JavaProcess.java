package io.gatun.backend.cuda.gpu;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** This Java VM once more: its program, class path and the properties that name libraries. */
final class JavaProcess {
    private static final List<String> PASSED_ON = List.of("gatun.cuda.path", "gatun.cuda.cache");

    private JavaProcess() {}

    /** The beginning of a command: options and a class are to follow. */
    static List<String> command() {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("--add-modules", "jdk.incubator.vector", "--enable-native-access=ALL-UNNAMED"));
        command.addAll(List.of("-Djava.awt.headless=true", "-cp", System.getProperty("java.class.path")));
        for (String name : PASSED_ON) {
            String value = System.getProperty(name, "");
            if (!value.isEmpty()) {
                command.add("-D" + name + "=" + value);
            }
        }
        return command;
    }
}
