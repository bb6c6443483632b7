package io.gatun.backend.cuda.gpu;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A Python process that does what we do, in PyTorch: it answers each line of commands by one line. {@code prepare CALL} makes
 * what a step needs, {@code time COUNT} gives the seconds of so many, {@code release} forgets it.
 */
final class Peer implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;

    private Peer(Process process) {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    }

    /** What PyTorch said for want of a result. */
    static final class PeerException extends IOException {
        private static final long serialVersionUID = 1;

        PeerException(String message) {
            super(message);
        }
    }

    /** Null where there is no PyTorch that sees a GPU, which is said. */
    static @Nullable Peer start(List<String> command) {
        if (command.isEmpty()) {
            System.out.println("PyTorch was not asked for.\n");
            return null;
        }
        try {
            Process process = new ProcessBuilder(command)
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
            Peer peer = new Peer(process);
            System.out.println("PyTorch " + peer.ask("version") + ", in turns with ours.\n");
            return peer;
        } catch (IOException e) {
            System.out.println("Without PyTorch: " + e.getMessage() + ".\n");
            return null;
        }
    }

    /** The answer to a command. */
    String ask(String command) throws IOException {
        commands.println(command);
        String answer = answers.readLine();
        if (answer == null) {
            throw new PeerException("it has ended");
        } else if (answer.startsWith("error: ")) {
            throw new PeerException(answer.substring("error: ".length()));
        }
        return answer;
    }

    /** The seconds of a step, of {@code count}. */
    double time(long count) throws IOException {
        return Double.parseDouble(ask("time " + count)) / count;
    }

    @Override
    public void close() {
        commands.close();
        process.destroy();
    }
}
