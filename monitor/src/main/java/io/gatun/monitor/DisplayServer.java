package io.gatun.monitor;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The X server that DISPLAY names. AWT connects to it even to draw into memory, and fails for the rest of the process if it
 * does not answer, as when a terminal outlives the connection that forwarded the display. So it is looked for before AWT
 * starts: without one AWT is made headless, in which it draws all the same.
 */
final class DisplayServer {
    private static final Pattern NAME = Pattern.compile("([^:/]*):(\\d{1,4})(?:\\.\\d+)?");
    private static final int FIRST_PORT = 6000;
    private static final int PATIENCE_MS = 3000;

    private DisplayServer() {}

    /** Makes AWT headless if it has no server to talk to and nobody has decided; of no effect when AWT has started. */
    static void require() {
        String display = System.getenv("DISPLAY");
        boolean decided = System.getProperty("java.awt.headless") != null;
        if (!decided && display != null && System.getProperty("os.name").equals("Linux") && !listens(display)) {
            System.setProperty("java.awt.headless", "true");
        }
    }

    /** Whether a server listens where Xlib looks for it; true if the name is of a kind that only Xlib understands. */
    static boolean listens(String display) {
        Matcher name = NAME.matcher(display);
        if (!name.matches()) {
            return true;
        }
        int number = Integer.parseInt(name.group(2));
        boolean local = name.group(1).isEmpty() || name.group(1).equals("unix");
        return local && listensLocally("/tmp/.X11-unix/X" + number)
                || listens(local ? "localhost" : name.group(1), FIRST_PORT + number);
    }

    private static boolean listensLocally(String socket) {
        try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
            return channel.isConnected();
        } catch (IOException notAsAFile) {
            try { // sockets without a file, which Java cannot open
                return Files.readString(Path.of("/proc/net/unix")).contains("@" + socket + "\n");
            } catch (IOException unknown) {
                return true;
            }
        }
    }

    private static boolean listens(String host, int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(host, port), PATIENCE_MS);
            return true;
        } catch (IOException refused) {
            return false;
        }
    }
}
