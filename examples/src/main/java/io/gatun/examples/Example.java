package io.gatun.examples;

import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/**
 * What every example does around its subject: reads its arguments, and turns whatever goes wrong into one line on standard
 * error and a non-zero exit.
 */
final class Example {
    private static final int FAILED = 1;

    private Example() {}

    /** Runs {@code program}, whose picocli annotations say what it takes, and ends the process with its result. */
    static void launch(Callable<Integer> program, String... args) {
        System.exit(run(program, args));
    }

    /** Runs {@code program} and gives its exit status: 0, 1 for a failure, 2 for wrong arguments. */
    static int run(Callable<Integer> program, String... args) {
        CommandLine command = new CommandLine(program);
        command.setParameterExceptionHandler((wrong, _) -> {
            command.getErr()
                    .println(command.getCommandName() + ": " + wrong.getMessage() + " (--help says what it takes)");
            return command.getCommandSpec().exitCodeOnInvalidInput();
        });
        command.setExecutionExceptionHandler((failure, _, _) -> {
            command.getErr().println(command.getCommandName() + ": " + describe(failure));
            return FAILED;
        });
        return command.execute(args);
    }

    private static String describe(Throwable failure) {
        @Nullable String message = failure.getMessage();
        if (failure instanceof java.nio.file.NoSuchFileException) {
            return "there is no file " + message;
        }
        return message == null ? failure.toString() : message;
    }
}
