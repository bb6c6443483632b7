package io.gatun.backend.cuda;

import jcuda.driver.CUfunction;

/** A compiled kernel of one device. */
record Kernel(String name, CUfunction function) {}
