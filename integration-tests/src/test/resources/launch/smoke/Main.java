package smoke;

import io.gatun.tensor.Shape;

/** Prints what the launch tests look for: which module served the library, and that it works. */
public final class Main {
    private Main() {}

    public static void main(String[] args) {
        System.out.println("module " + Shape.class.getModule().getName());
        System.out.println("numel " + Shape.of(2, 3).numel());
    }
}
