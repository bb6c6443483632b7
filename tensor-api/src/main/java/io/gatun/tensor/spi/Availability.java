package io.gatun.tensor.spi;

/**
 * Whether a backend can run here, and if not, why: one sentence with the remedy.
 *
 * @param usable whether {@link BackendProvider#create} would succeed
 * @param reason why it is not usable, or what it will run on
 */
public record Availability(boolean usable, String reason) {
    /** It can run; {@code detail} is for the line that says what was chosen. */
    public static Availability usable(String detail) {
        return new Availability(true, detail);
    }

    /** It cannot run, because of {@code reason}, which ends with what would help. */
    public static Availability unusable(String reason) {
        return new Availability(false, reason);
    }
}
