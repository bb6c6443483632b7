package io.gatun.monitor;

import java.awt.AWTError;
import java.awt.Dimension;
import java.awt.GraphicsEnvironment;
import java.awt.Rectangle;
import java.awt.event.WindowAdapter;
import java.awt.event.WindowEvent;
import java.awt.image.BufferedImage;
import java.util.concurrent.CountDownLatch;
import javax.swing.ImageIcon;
import javax.swing.JFrame;
import javax.swing.JLabel;
import javax.swing.JScrollPane;
import javax.swing.SwingUtilities;
import javax.swing.WindowConstants;
import org.jspecify.annotations.Nullable;

/** A window with a picture. */
final class PlotWindow {
    private PlotWindow() {}

    /** Why AWT cannot even draw, or null if it can: a display that is there but refuses stops it. */
    static @Nullable String fault() {
        DisplayServer.require();
        try {
            GraphicsEnvironment.getLocalGraphicsEnvironment();
            return null;
        } catch (AWTError | NoClassDefFoundError unreachable) { // the latter from the second call on
            return "the display that DISPLAY=" + System.getenv("DISPLAY")
                    + " names cannot be used; unset DISPLAY, or start Java with -Djava.awt.headless=true, and save(path)"
                    + " writes the plot";
        }
    }

    /** Returns when the window was closed, or the thread interrupted, which then stays so; at once on the event thread. */
    static void showAndWait(String title, BufferedImage image) {
        CountDownLatch closed = new CountDownLatch(1);
        if (SwingUtilities.isEventDispatchThread()) {
            open(title, image, closed);
            return;
        }
        JFrame[] frame = new JFrame[1];
        SwingUtilities.invokeLater(() -> {
            try {
                frame[0] = open(title, image, closed);
            } catch (Throwable failure) {
                closed.countDown();
                throw failure; // the event thread reports it
            }
        });
        try {
            closed.await();
        } catch (InterruptedException interrupted) {
            // An open window would keep the program from ending.
            SwingUtilities.invokeLater(() -> frame[0].dispose());
            Thread.currentThread().interrupt();
        }
    }

    private static JFrame open(String title, BufferedImage image, CountDownLatch closed) {
        JFrame frame = new JFrame(title.isEmpty() ? "Plot" : title);
        frame.setDefaultCloseOperation(WindowConstants.DISPOSE_ON_CLOSE);
        frame.addWindowListener(new WindowAdapter() {
            @Override
            public void windowClosed(WindowEvent event) {
                closed.countDown();
            }
        });
        JScrollPane pane = new JScrollPane(new JLabel(new ImageIcon(image)));
        pane.setBorder(null);
        frame.add(pane);
        frame.pack();
        Rectangle screen = GraphicsEnvironment.getLocalGraphicsEnvironment().getMaximumWindowBounds();
        Dimension size = frame.getSize();
        if (size.width > screen.width || size.height > screen.height) {
            int bar = pane.getVerticalScrollBar().getPreferredSize().width;
            frame.setSize(Math.min(size.width + bar, screen.width), Math.min(size.height + bar, screen.height));
        }
        frame.setLocationByPlatform(true);
        frame.setVisible(true);
        return frame;
    }
}
