// C = alpha op(A) op(B) + beta C, column-major as BLAS has it, for every mixture of types that we use.
#pragma once

#include <cstddef>

namespace gatun {

enum class Type { F32, F64, F16, BF16 };

// What f32 operands are rounded to before they are multiplied.
enum class Precision { Full, TF32, F16, BF16 };

struct Gemm {
  bool transposeA, transposeB;
  long long m, n, k;
  double alpha, beta;
  const void* a;
  const void* b;
  void* c;
  long long lda, ldb, ldc;
  Type typeA, typeB, typeC;
  Type scalar;  // of alpha and beta
  Precision precision;
};

size_t bytesOf(Type type);
double number(const void* address, Type type);

// Sums in f64 where the operands are f64, and in f32 otherwise. C is not read where beta is 0, nor A and B where alpha
// is: both may hold NaN then.
void multiply(const Gemm& gemm);

}  // namespace gatun
