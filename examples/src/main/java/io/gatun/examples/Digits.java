package io.gatun.examples;

/** Trains a classifier of handwritten digits. */
public final class Digits {
    private Digits() {}

    /** Runs the program. */
    public static void main(String[] args) {
        System.out.println("Digits is not written yet");
    }
}
