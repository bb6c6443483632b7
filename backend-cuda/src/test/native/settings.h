// What the environment asks of the emulator, random numbers, and where it reports what a program did wrong.
#pragma once

#include <cstdint>

namespace gatun {

// The environment's value, or `otherwise` where it is unset; K, M and G multiply by powers of 1024.
unsigned long long setting(const char* name, unsigned long long otherwise);

// One line on the standard error stream, "gatun emulator: ...", kept for gatun_emulator_last_report.
void report(const char* format, ...) __attribute__((format(printf, 1, 2)));
unsigned long long reports();

// SplitMix64: small, and any seed will do.
class Random {
 public:
  explicit Random(uint64_t seed) : state_(seed) {}
  uint64_t next() {
    uint64_t z = (state_ += 0x9E3779B97F4A7C15u);
    z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9u;
    z = (z ^ (z >> 27)) * 0x94D049BB133111EBu;
    return z ^ (z >> 31);
  }
  uint64_t below(uint64_t bound) { return next() % bound; }

 private:
  uint64_t state_;
};

}  // namespace gatun
