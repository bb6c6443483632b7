package io.gatun.monitor;

import java.awt.GraphicsEnvironment;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Objects;
import javax.imageio.ImageIO;

/**
 * A picture made by {@link Plots}: an immutable value, whose methods {@link #title}, {@link #xLabel} and {@link #yLabel} give
 * changed copies. The tensors it was made of were read then; later changes to them do not show.
 */
public final class Plot {
    private static final System.Logger LOGGER = System.getLogger(Plot.class.getName());

    private final Painter painter;
    private final Labels labels;

    /** Draws. */
    interface Painter {
        BufferedImage paint(Labels labels);
    }

    /** What is written around a picture; an empty text takes no room. */
    record Labels(String title, String x, String y) {}

    Plot(Labels labels, Painter painter) {
        this.labels = labels;
        this.painter = painter;
    }

    /** With this heading; an empty one takes no room. */
    public Plot title(String title) {
        return new Plot(new Labels(Objects.requireNonNull(title, "title"), labels.x, labels.y), painter);
    }

    /** With this name for what goes from left to right. */
    public Plot xLabel(String label) {
        return new Plot(new Labels(labels.title, Objects.requireNonNull(label, "label"), labels.y), painter);
    }

    /** With this name for what goes from bottom to top. */
    public Plot yLabel(String label) {
        return new Plot(new Labels(labels.title, labels.x, Objects.requireNonNull(label, "label")), painter);
    }

    /**
     * The picture itself, drawn anew.
     *
     * @throws IllegalStateException if Java cannot draw, as the display that the environment names refuses
     */
    public BufferedImage image() {
        String fault = PlotWindow.fault();
        if (fault != null) {
            throw new IllegalStateException("image: " + fault);
        }
        return painter.paint(labels);
    }

    /**
     * Writes the picture as a PNG file, whatever the file is called. Folders that are missing are made; the file is written
     * under another name beside and renamed when it is whole, so who looks at it sees the old picture or the new one.
     *
     * @throws IOException if it cannot be written, or not be drawn, as the display that the environment names refuses;
     *     a file that was there is then as it was
     */
    public void save(Path png) throws IOException {
        String fault = PlotWindow.fault();
        if (fault != null) {
            throw new FileSystemException(png.toString(), null, "save: " + fault);
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        ImageIO.write(image(), "png", bytes);
        Path target = png.toAbsolutePath();
        Path folder = target.getParent();
        if (folder == null) {
            throw new FileSystemException(png.toString(), null, "save: not a file");
        }
        Files.createDirectories(folder);
        Path temporary = folder.resolve("." + target.getFileName() + "." + System.nanoTime() + ".tmp");
        try {
            Files.write(temporary, bytes.toByteArray());
            Files.move(temporary, target, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Shows the picture in a window and waits until that is closed, or the thread interrupted, which closes it; on AWT's event
     * thread it does not wait. Where there is no display, or it does not answer, nothing is shown and a warning in the log says
     * what to do: a program that has trained for hours should not end there.
     */
    public void show() {
        String fault = PlotWindow.fault(); // before AWT is asked anything
        if (fault == null && GraphicsEnvironment.isHeadless()) {
            fault = "there is no display for the plot; save(path) writes it";
        }
        if (fault != null) {
            LOGGER.log(System.Logger.Level.WARNING, "show: " + fault);
            return;
        }
        PlotWindow.showAndWait(labels.title, image());
    }
}
