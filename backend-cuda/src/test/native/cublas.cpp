// cuBLAS's matrix products in plain loops. A call checks its arguments and puts the product into the handle's stream; the
// numbers are computed when its turn comes, with the host's alpha and beta as they were at the call.
#include <cstddef>
#include <cstdint>
#include <cstring>

#include "export.h"
#include "gemm.h"
#include "own_file.h"

// Of the fake libcuda.
extern "C" int gatun_emulator_enqueue(void* stream, int (*task)(const void*), const void* data, size_t bytes);
extern "C" int gatun_emulator_in_bounds(unsigned long long address, size_t bytes, const char* what);

namespace {

using gatun::Type;

enum cublasStatus : int {
  CUBLAS_STATUS_SUCCESS = 0,
  CUBLAS_STATUS_NOT_INITIALIZED = 1,
  CUBLAS_STATUS_INVALID_VALUE = 7,
  CUBLAS_STATUS_EXECUTION_FAILED = 13,
  CUBLAS_STATUS_INTERNAL_ERROR = 14,
  CUBLAS_STATUS_NOT_SUPPORTED = 15,
};

// cublasComputeType_t and cublasMath_t.
constexpr int kCompute16F = 64;
constexpr int kCompute32F = 68;
constexpr int kCompute32FPedantic = 69;
constexpr int kCompute64F = 70;
constexpr int kCompute64FPedantic = 71;
constexpr int kCompute32FFast16F = 74;
constexpr int kCompute32FFast16BF = 75;
constexpr int kCompute32FFastTF32 = 77;
constexpr int kMathTF32 = 3;

struct Handle {
  void* stream = nullptr;
  int mathMode = 0;
  int pointerMode = 0;
  unsigned char* workspace = nullptr;
  size_t workspaceBytes = 0;
};

// One product, or many: everything that is known when it is called.
struct Product {
  gatun::Gemm gemm;
  bool scalarsOnDevice;
  const void* alpha;
  const void* beta;
  bool batchedPointers;  // a, b and c are arrays of pointers in device memory
  const void* a;
  const void* b;
  void* c;
  long long strideA, strideB, strideC;  // in elements
  long long batches;
  unsigned char* workspace;
  size_t workspaceBytes;
};

bool inBounds(const void* address, size_t bytes, const char* what) {
  return gatun_emulator_in_bounds(reinterpret_cast<unsigned long long>(address), bytes, what) != 0;
}

size_t matrixBytes(long long rows, long long columns, long long leading, Type type) {
  if (rows == 0 || columns == 0) {
    return 0;
  }
  return (static_cast<size_t>(leading) * static_cast<size_t>(columns - 1) + static_cast<size_t>(rows)) *
         gatun::bytesOf(type);
}

const void* at(const Product& product, const void* matrix, long long stride, long long batch, Type type) {
  if (product.batchedPointers) {
    return static_cast<const void* const*>(matrix)[batch];
  }
  return static_cast<const char*>(matrix) + stride * batch * static_cast<long long>(gatun::bytesOf(type));
}

bool pointersInBounds(const Product& p) {
  size_t bytes = static_cast<size_t>(p.batches) * sizeof(void*);
  return inBounds(p.a, bytes, "cuBLAS: array of A") && inBounds(p.b, bytes, "cuBLAS: array of B") &&
         inBounds(p.c, bytes, "cuBLAS: array of C");
}

// A real product uses its workspace as it likes: whoever else keeps something there must notice.
bool scribble(const Product& p) {
  if (p.workspace == nullptr) {
    return true;
  }
  if (!inBounds(p.workspace, p.workspaceBytes, "cuBLAS: workspace")) {
    return false;
  }
  std::memset(p.workspace, 0xCB, p.workspaceBytes < 4096 ? p.workspaceBytes : 4096);
  return true;
}

int run(const void* data) {
  Product p;
  std::memcpy(&p, data, sizeof p);
  gatun::Gemm& g = p.gemm;
  if (p.scalarsOnDevice) {
    if (!inBounds(p.alpha, gatun::bytesOf(g.scalar), "cuBLAS: alpha") ||
        !inBounds(p.beta, gatun::bytesOf(g.scalar), "cuBLAS: beta")) {
      return 700;
    }
    g.alpha = gatun::number(p.alpha, g.scalar);
    g.beta = gatun::number(p.beta, g.scalar);
  }
  if (!scribble(p) || (p.batchedPointers && !pointersInBounds(p))) {
    return 700;
  }
  bool readsOperands = g.k > 0 && g.alpha != 0;
  for (long long i = 0; i < p.batches; i++) {
    g.a = at(p, p.a, p.strideA, i, g.typeA);
    g.b = at(p, p.b, p.strideB, i, g.typeB);
    g.c = const_cast<void*>(at(p, p.c, p.strideC, i, g.typeC));
    size_t bytesA = matrixBytes(g.transposeA ? g.k : g.m, g.transposeA ? g.m : g.k, g.lda, g.typeA);
    size_t bytesB = matrixBytes(g.transposeB ? g.n : g.k, g.transposeB ? g.k : g.n, g.ldb, g.typeB);
    if ((readsOperands && (!inBounds(g.a, bytesA, "cuBLAS: A") || !inBounds(g.b, bytesB, "cuBLAS: B"))) ||
        !inBounds(g.c, matrixBytes(g.m, g.n, g.ldc, g.typeC), "cuBLAS: C")) {
      return 700;
    }
    gatun::multiply(g);
  }
  return 0;
}

bool typeOf(int cudaDataType, Type* type) {
  switch (cudaDataType) {
    case 0: *type = Type::F32; return true;
    case 1: *type = Type::F64; return true;
    case 2: *type = Type::F16; return true;
    case 14: *type = Type::BF16; return true;
    default: return false;
  }
}

struct Call {
  int transposeA, transposeB;
  long long m, n, k;
  const void* alpha;
  const void* a;
  int typeA;
  long long lda, strideA;
  const void* b;
  int typeB;
  long long ldb, strideB;
  const void* beta;
  void* c;
  int typeC;
  long long ldc, strideC;
  long long batches;
  int compute;
  bool batchedPointers;
};

// The combinations that cuBLAS documents, of the types we know: A and B alike; C alike too, or f32.
bool supported(const Call& call, Type a, Type b, Type c, Type* scalar) {
  *scalar = Type::F32;
  if (a != b) {
    return false;
  }
  switch (call.compute) {
    case kCompute64F: case kCompute64FPedantic:
      *scalar = Type::F64;
      return a == Type::F64 && c == Type::F64;
    case kCompute16F:
      *scalar = Type::F16;
      return a == Type::F16 && c == Type::F16;
    case kCompute32F: case kCompute32FPedantic:
      return a != Type::F64 && (c == a || c == Type::F32);
    case kCompute32FFastTF32: case kCompute32FFast16F: case kCompute32FFast16BF:
      return a == Type::F32 && c == Type::F32;
    default:
      return false;
  }
}

gatun::Precision precision(const Handle& handle, const Call& call, Type a) {
  if (a != Type::F32) {
    return gatun::Precision::Full;
  }
  switch (call.compute) {
    case kCompute32FFast16F: return gatun::Precision::F16;
    case kCompute32FFast16BF: return gatun::Precision::BF16;
    case kCompute32FFastTF32: return gatun::Precision::TF32;
    case kCompute32F: return handle.mathMode == kMathTF32 ? gatun::Precision::TF32 : gatun::Precision::Full;
    default: return gatun::Precision::Full;
  }
}

cublasStatus enqueue(const Handle* handle, const Call& call) {
  if (handle == nullptr) {
    return CUBLAS_STATUS_NOT_INITIALIZED;
  }
  Product p = {};
  gatun::Gemm& g = p.gemm;
  if (!typeOf(call.typeA, &g.typeA) || !typeOf(call.typeB, &g.typeB) || !typeOf(call.typeC, &g.typeC) ||
      !supported(call, g.typeA, g.typeB, g.typeC, &g.scalar)) {
    return CUBLAS_STATUS_NOT_SUPPORTED;
  }
  bool transposeA = call.transposeA != 0;
  bool transposeB = call.transposeB != 0;
  long long rowsA = transposeA ? call.k : call.m;
  long long rowsB = transposeB ? call.n : call.k;
  if (call.m < 0 || call.n < 0 || call.k < 0 || call.batches < 0 || call.lda < (rowsA > 1 ? rowsA : 1) ||
      call.ldb < (rowsB > 1 ? rowsB : 1) || call.ldc < (call.m > 1 ? call.m : 1) || call.alpha == nullptr ||
      call.beta == nullptr) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  if (call.m == 0 || call.n == 0 || call.batches == 0) {
    return CUBLAS_STATUS_SUCCESS;
  }
  g.transposeA = transposeA;
  g.transposeB = transposeB;
  g.m = call.m;
  g.n = call.n;
  g.k = call.k;
  g.lda = call.lda;
  g.ldb = call.ldb;
  g.ldc = call.ldc;
  g.precision = precision(*handle, call, g.typeA);
  p.scalarsOnDevice = handle->pointerMode == 1;
  p.alpha = call.alpha;
  p.beta = call.beta;
  if (!p.scalarsOnDevice) {
    g.alpha = gatun::number(call.alpha, g.scalar);
    g.beta = gatun::number(call.beta, g.scalar);
  }
  p.batchedPointers = call.batchedPointers;
  p.a = call.a;
  p.b = call.b;
  p.c = call.c;
  p.strideA = call.strideA;
  p.strideB = call.strideB;
  p.strideC = call.strideC;
  p.batches = call.batches;
  p.workspace = handle->workspace;
  p.workspaceBytes = handle->workspaceBytes;
  return gatun_emulator_enqueue(handle->stream, run, &p, sizeof p) == 0 ? CUBLAS_STATUS_SUCCESS
                                                                       : CUBLAS_STATUS_EXECUTION_FAILED;
}

}  // namespace

static int libraryVersion() { return gatun::ownMajor() == 12 ? 120600 : 130000; }

GATUN_EXPORT cublasStatus cublasCreate_v2(Handle** handle) {
  *handle = new Handle();
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasDestroy_v2(Handle* handle) {
  delete handle;
  return handle == nullptr ? CUBLAS_STATUS_NOT_INITIALIZED : CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasGetVersion_v2(Handle*, int* version) {
  *version = libraryVersion();
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasGetProperty(int which, int* value) {
  const int parts[] = {libraryVersion() / 10000, libraryVersion() / 100 % 100, libraryVersion() % 100};
  if (which < 0 || which > 2) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  *value = parts[which];
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT size_t cublasGetCudartVersion() { return static_cast<size_t>(gatun::ownMajor()) * 1000; }

GATUN_EXPORT cublasStatus cublasSetStream_v2(Handle* handle, void* stream) {
  handle->stream = stream;
  handle->workspace = nullptr;  // cuBLAS too goes back to a workspace of its own
  handle->workspaceBytes = 0;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasGetStream_v2(Handle* handle, void** stream) {
  *stream = handle->stream;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasSetWorkspace_v2(Handle* handle, void* workspace, size_t bytes) {
  if (reinterpret_cast<uintptr_t>(workspace) % 256 != 0) {
    return CUBLAS_STATUS_INVALID_VALUE;
  }
  handle->workspace = static_cast<unsigned char*>(workspace);
  handle->workspaceBytes = bytes;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasSetMathMode(Handle* handle, int mode) {
  handle->mathMode = mode & 15;  // above lie flags of no effect on these products
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasGetMathMode(Handle* handle, int* mode) {
  *mode = handle->mathMode;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasSetPointerMode_v2(Handle* handle, int mode) {
  handle->pointerMode = mode;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasGetPointerMode_v2(Handle* handle, int* mode) {
  *mode = handle->pointerMode;
  return CUBLAS_STATUS_SUCCESS;
}

GATUN_EXPORT cublasStatus cublasSetAtomicsMode(Handle*, int) { return CUBLAS_STATUS_SUCCESS; }

GATUN_EXPORT const char* cublasGetStatusName(int status) {
  switch (status) {
    case CUBLAS_STATUS_SUCCESS: return "CUBLAS_STATUS_SUCCESS";
    case CUBLAS_STATUS_NOT_INITIALIZED: return "CUBLAS_STATUS_NOT_INITIALIZED";
    case CUBLAS_STATUS_INVALID_VALUE: return "CUBLAS_STATUS_INVALID_VALUE";
    case CUBLAS_STATUS_EXECUTION_FAILED: return "CUBLAS_STATUS_EXECUTION_FAILED";
    case CUBLAS_STATUS_INTERNAL_ERROR: return "CUBLAS_STATUS_INTERNAL_ERROR";
    case CUBLAS_STATUS_NOT_SUPPORTED: return "CUBLAS_STATUS_NOT_SUPPORTED";
    default: return "an unknown status";
  }
}

GATUN_EXPORT const char* cublasGetStatusString(int status) { return cublasGetStatusName(status); }

// ---- the products, each for sizes of 32 and of 64 bits. cudaDataType: 0 f32, 1 f64, 2 f16, 14 bf16.

#define GATUN_GEMM(name, T, type, compute, Size)                                                                       \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const T* alpha, const T* a, Size lda, const T* b, Size ldb, const T* beta, T* c,      \
                                 Size ldc) {                                                                           \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, type, lda, 0, b, type, ldb, 0, beta, c, type,   \
                            ldc, 0, 1, compute, false});                                                               \
  }
GATUN_GEMM(cublasSgemm_v2, float, 0, kCompute32F, int)
GATUN_GEMM(cublasSgemm_v2_64, float, 0, kCompute32F, long long)
GATUN_GEMM(cublasDgemm_v2, double, 1, kCompute64F, int)
GATUN_GEMM(cublasDgemm_v2_64, double, 1, kCompute64F, long long)

#define GATUN_GEMM_STRIDED(name, T, type, compute, Size)                                                               \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const T* alpha, const T* a, Size lda, long long strideA, const T* b, Size ldb,        \
                                 long long strideB, const T* beta, T* c, Size ldc, long long strideC, Size batches) {  \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, type, lda, strideA, b, type, ldb, strideB,      \
                            beta, c, type, ldc, strideC, batches, compute, false});                                    \
  }
GATUN_GEMM_STRIDED(cublasSgemmStridedBatched, float, 0, kCompute32F, int)
GATUN_GEMM_STRIDED(cublasSgemmStridedBatched_64, float, 0, kCompute32F, long long)
GATUN_GEMM_STRIDED(cublasDgemmStridedBatched, double, 1, kCompute64F, int)
GATUN_GEMM_STRIDED(cublasDgemmStridedBatched_64, double, 1, kCompute64F, long long)

#define GATUN_GEMM_BATCHED(name, T, type, compute, Size)                                                               \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const T* alpha, const T* const* a, Size lda, const T* const* b, Size ldb,             \
                                 const T* beta, T* const* c, Size ldc, Size batches) {                                 \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, type, lda, 0, b, type, ldb, 0, beta,            \
                            const_cast<T**>(c), type, ldc, 0, batches, compute, true});                                \
  }
GATUN_GEMM_BATCHED(cublasSgemmBatched, float, 0, kCompute32F, int)
GATUN_GEMM_BATCHED(cublasSgemmBatched_64, float, 0, kCompute32F, long long)
GATUN_GEMM_BATCHED(cublasDgemmBatched, double, 1, kCompute64F, int)
GATUN_GEMM_BATCHED(cublasDgemmBatched_64, double, 1, kCompute64F, long long)

#define GATUN_GEMM_EX(name, Size)                                                                                      \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const void* alpha, const void* a, int typeA, Size lda, const void* b, int typeB,      \
                                 Size ldb, const void* beta, void* c, int typeC, Size ldc, int compute, int) {         \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, typeA, lda, 0, b, typeB, ldb, 0, beta, c,       \
                            typeC, ldc, 0, 1, compute, false});                                                        \
  }
GATUN_GEMM_EX(cublasGemmEx, int)
GATUN_GEMM_EX(cublasGemmEx_64, long long)

#define GATUN_GEMM_STRIDED_EX(name, Size)                                                                              \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const void* alpha, const void* a, int typeA, Size lda, long long strideA,             \
                                 const void* b, int typeB, Size ldb, long long strideB, const void* beta, void* c,     \
                                 int typeC, Size ldc, long long strideC, Size batches, int compute, int) {             \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, typeA, lda, strideA, b, typeB, ldb, strideB,    \
                            beta, c, typeC, ldc, strideC, batches, compute, false});                                   \
  }
GATUN_GEMM_STRIDED_EX(cublasGemmStridedBatchedEx, int)
GATUN_GEMM_STRIDED_EX(cublasGemmStridedBatchedEx_64, long long)

#define GATUN_GEMM_BATCHED_EX(name, Size)                                                                              \
  GATUN_EXPORT cublasStatus name(Handle* handle, int transposeA, int transposeB, Size m, Size n, Size k,               \
                                 const void* alpha, const void* const* a, int typeA, Size lda, const void* const* b,   \
                                 int typeB, Size ldb, const void* beta, void* const* c, int typeC, Size ldc,           \
                                 Size batches, int compute, int) {                                                     \
    return enqueue(handle, {transposeA, transposeB, m, n, k, alpha, a, typeA, lda, 0, b, typeB, ldb, 0, beta,          \
                            const_cast<void**>(c), typeC, ldc, 0, batches, compute, true});                            \
  }
GATUN_GEMM_BATCHED_EX(cublasGemmBatchedEx, int)
GATUN_GEMM_BATCHED_EX(cublasGemmBatchedEx_64, long long)
