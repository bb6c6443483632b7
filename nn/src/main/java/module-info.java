/** Modules, losses, optimisers, schedulers and data loading. */
module io.gatun.nn {
    requires transitive io.gatun.autograd;
    requires static org.jspecify;
}
