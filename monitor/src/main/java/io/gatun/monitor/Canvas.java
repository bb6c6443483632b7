package io.gatun.monitor;

import java.awt.Color;
import java.awt.Font;
import java.awt.FontMetrics;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;

/** A white picture that is drawn on, in black at first. */
final class Canvas implements AutoCloseable {
    static final Font TITLE = new Font(Font.SANS_SERIF, Font.BOLD, 18);
    static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 14);

    private final BufferedImage image;
    private final Graphics2D graphics;

    Canvas(int width, int height) {
        image = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        rectangle(Color.WHITE, 0, 0, width, height);
        colour(Color.BLACK);
    }

    BufferedImage image() {
        return image;
    }

    int width(Font font, String text) {
        return graphics.getFontMetrics(font).stringWidth(text);
    }

    int lineHeight(Font font) {
        return graphics.getFontMetrics(font).getHeight();
    }

    void colour(Color colour) {
        graphics.setColor(colour);
    }

    void rectangle(Color colour, int x, int y, int width, int height) {
        Color before = graphics.getColor();
        graphics.setColor(colour);
        graphics.fillRect(x, y, width, height);
        graphics.setColor(before);
    }

    /** All that follows is drawn so much further right. */
    void moveRight(int pixels) {
        graphics.translate(pixels, 0);
    }

    void frame(int x, int y, int width, int height) {
        graphics.drawRect(x, y, width, height);
    }

    /** A line of text whose middle is there. */
    void centred(Font font, String text, int x, int y) {
        write(font, text, x - width(font, text) / 2, y);
    }

    /** A line of text that ends there. */
    void right(Font font, String text, int x, int y) {
        write(font, text, x - width(font, text), y);
    }

    /** A line of text from bottom to top whose middle is there. */
    void upright(Font font, String text, int x, int y) {
        AffineTransform before = graphics.getTransform();
        graphics.rotate(-Math.PI / 2, x, y);
        centred(font, text, x, y);
        graphics.setTransform(before);
    }

    private void write(Font font, String text, int x, int y) {
        FontMetrics metrics = graphics.getFontMetrics(font);
        graphics.setFont(font);
        graphics.drawString(text, x, y + (metrics.getAscent() - metrics.getDescent()) / 2);
    }

    /** The colour at {@code share} of the way from one to another. */
    static Color between(Color from, Color to, double share) {
        return new Color(
                (int) Math.round(from.getRed() + share * (to.getRed() - from.getRed())),
                (int) Math.round(from.getGreen() + share * (to.getGreen() - from.getGreen())),
                (int) Math.round(from.getBlue() + share * (to.getBlue() - from.getBlue())));
    }

    @Override
    public void close() {
        graphics.dispose();
    }
}
