/** Modules, losses, optimisers, schedulers and data loading. */
module io.gatun.nn {
    requires transitive io.gatun.autograd;
    requires transitive io.gatun.tensor;
    requires static org.jspecify;

    exports io.gatun.nn;
    exports io.gatun.nn.data;
    exports io.gatun.nn.optim;
}
