/**
 * Cases that a real PyTorch computed, run against this library's public API. {@link
 * io.gatun.backend.tck.golden.GoldenFolder} reads them, {@link io.gatun.backend.tck.golden.GoldenOperators} is the table
 * that says which method a PyTorch name stands for, {@link io.gatun.backend.tck.golden.GoldenRunner} runs a case on one
 * backend in every layout and compares. {@link io.gatun.backend.tck.golden.Golden} is the command line.
 */
@NullMarked
package io.gatun.backend.tck.golden;

import org.jspecify.annotations.NullMarked;
