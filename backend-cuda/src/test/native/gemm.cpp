#include "gemm.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <vector>

namespace gatun {
namespace {

template <class To, class From>
To bitsAs(From from) {
  static_assert(sizeof(To) == sizeof(From));
  To to;
  std::memcpy(&to, &from, sizeof to);
  return to;
}

float fromBf16(uint16_t bits) { return bitsAs<float>(uint32_t{bits} << 16); }

uint16_t toBf16(float value) {
  uint32_t bits = bitsAs<uint32_t>(value);
  if (std::isnan(value)) {
    return 0x7FFF;
  }
  return static_cast<uint16_t>((bits + 0x7FFF + (bits >> 16 & 1)) >> 16);
}

float fromF16(uint16_t bits) {
  uint32_t sign = uint32_t{bits & 0x8000u} << 16;
  uint32_t rest = bits & 0x7FFFu;
  if (rest >= 0x7C00) {
    return bitsAs<float>(sign | 0x7F800000u | (rest & 0x3FFu) << 13);
  }
  // Shifted into place the exponent is short by 112, which a product with a power of two mends, denormals included.
  return bitsAs<float>(sign | bitsAs<uint32_t>(bitsAs<float>(rest << 13) * 0x1p112f));
}

uint16_t toF16(float value) {
  uint32_t bits = bitsAs<uint32_t>(value);
  auto sign = static_cast<uint16_t>(bits >> 16 & 0x8000);
  float size = std::fabs(value);
  if (std::isnan(value)) {
    return 0x7FFF;
  }
  if (size >= 65520) {
    return sign | 0x7C00;
  }
  if (size < 0x1p-14f) {
    return sign | static_cast<uint16_t>(std::nearbyint(size * 0x1p24f));
  }
  uint32_t rest = bitsAs<uint32_t>(size);
  return sign | static_cast<uint16_t>((rest - (112u << 23) + 0xFFF + (rest >> 13 & 1)) >> 13);
}

// TF32 keeps ten bits of the fraction.
float toTf32(float value) {
  uint32_t bits = bitsAs<uint32_t>(value);
  return std::isfinite(value) ? bitsAs<float>((bits + 0xFFF + (bits >> 13 & 1)) & ~0x1FFFu) : value;
}

float rounded(float value, Precision precision) {
  switch (precision) {
    case Precision::TF32: return toTf32(value);
    case Precision::F16: return fromF16(toF16(value));
    case Precision::BF16: return fromBf16(toBf16(value));
    case Precision::Full: break;
  }
  return value;
}

double load(const void* matrix, size_t at, Type type) {
  switch (type) {
    case Type::F32: return static_cast<double>(static_cast<const float*>(matrix)[at]);
    case Type::F64: return static_cast<const double*>(matrix)[at];
    case Type::F16: return static_cast<double>(fromF16(static_cast<const uint16_t*>(matrix)[at]));
    case Type::BF16: return static_cast<double>(fromBf16(static_cast<const uint16_t*>(matrix)[at]));
  }
  return 0;
}

void store(void* matrix, size_t at, Type type, double value) {
  switch (type) {
    case Type::F32: static_cast<float*>(matrix)[at] = static_cast<float>(value); break;
    case Type::F64: static_cast<double*>(matrix)[at] = value; break;
    case Type::F16: static_cast<uint16_t*>(matrix)[at] = toF16(static_cast<float>(value)); break;
    case Type::BF16: static_cast<uint16_t*>(matrix)[at] = toBf16(static_cast<float>(value)); break;
  }
}

// op(X) with its columns one after another, as sums want it.
template <class Sum>
void pack(std::vector<Sum>& to, const void* from, Type type, size_t rows, size_t columns, size_t leading, bool transposed,
          Precision precision) {
  to.resize(rows * columns);
  for (size_t j = 0; j < columns; j++) {
    Sum* column = to.data() + j * rows;
    for (size_t i = 0; i < rows; i++) {
      size_t at = transposed ? i * leading + j : j * leading + i;
      auto value = static_cast<Sum>(load(from, at, type));
      column[i] = precision == Precision::Full ? value
                                               : static_cast<Sum>(rounded(static_cast<float>(value), precision));
    }
  }
}

#if defined(__x86_64__)
#define GATUN_CLONES __attribute__((target_clones("arch=x86-64-v3", "default")))
#else
#define GATUN_CLONES
#endif

// sums += A's columns first to last, each times one number of a column of B. Four at a time, since that is what keeps
// the sums from being loaded and stored for every product; they are added in order all the same.
template <class Sum>
inline __attribute__((always_inline)) void addColumns(Sum* sums, const Sum* a, const Sum* b, size_t rows,
                                                      size_t k) {
  size_t l = 0;
  for (; l + 4 <= k; l += 4) {
    const Sum* a0 = a + l * rows;
    const Sum* a1 = a0 + rows;
    const Sum* a2 = a1 + rows;
    const Sum* a3 = a2 + rows;
    for (size_t i = 0; i < rows; i++) {
      sums[i] = (((sums[i] + a0[i] * b[l]) + a1[i] * b[l + 1]) + a2[i] * b[l + 2]) + a3[i] * b[l + 3];
    }
  }
  for (; l < k; l++) {
    const Sum* column = a + l * rows;
    for (size_t i = 0; i < rows; i++) {
      sums[i] += column[i] * b[l];
    }
  }
}

GATUN_CLONES void addAll(float* sums, const float* a, const float* b, size_t rows, size_t k) {
  addColumns(sums, a, b, rows, k);
}
GATUN_CLONES void addAll(double* sums, const double* a, const double* b, size_t rows, size_t k) {
  addColumns(sums, a, b, rows, k);
}

template <class Sum>
void multiplyIn(const Gemm& g) {
  static std::vector<Sum> a, b, sums;  // kept between calls; one product runs at a time
  const auto m = static_cast<size_t>(g.m);
  const auto n = static_cast<size_t>(g.n);
  const auto k = static_cast<size_t>(g.k);
  bool product = k > 0 && g.alpha != 0;
  if (product) {
    pack(a, g.a, g.typeA, m, k, static_cast<size_t>(g.lda), g.transposeA, g.precision);
    pack(b, g.b, g.typeB, k, n, static_cast<size_t>(g.ldb), g.transposeB, g.precision);
  }
  auto alpha = static_cast<Sum>(g.alpha);
  auto beta = static_cast<Sum>(g.beta);
  for (size_t j = 0; j < n; j++) {
    sums.assign(m, 0);
    if (product) {
      addAll(sums.data(), a.data(), b.data() + j * k, m, k);
    }
    for (size_t i = 0; i < m; i++) {
      size_t at = j * static_cast<size_t>(g.ldc) + i;
      Sum value = product ? alpha * sums[i] : 0;
      if (beta != 0) {
        value += beta * static_cast<Sum>(load(g.c, at, g.typeC));
      }
      store(g.c, at, g.typeC, static_cast<double>(value));
    }
  }
}

}  // namespace

size_t bytesOf(Type type) {
  switch (type) {
    case Type::F64: return 8;
    case Type::F32: return 4;
    case Type::F16: case Type::BF16: return 2;
  }
  return 0;
}

double number(const void* address, Type type) { return load(address, 0, type); }

void multiply(const Gemm& gemm) {
  if (gemm.typeA == Type::F64) {
    multiplyIn<double>(gemm);
  } else {
    multiplyIn<float>(gemm);
  }
}

}  // namespace gatun
