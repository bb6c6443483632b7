/** A user's module: it sees Gatun through its packaged jars and nothing else. */
module smoke {
    requires io.gatun.nn;
    requires io.gatun.numpy;
}
