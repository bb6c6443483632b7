/** Reverse-mode differentiation. */
module io.gatun.autograd {
    requires transitive io.gatun.tensor;
    requires static org.jspecify;
}
