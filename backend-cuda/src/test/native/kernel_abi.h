// What a compiled kernel library and the emulated driver share. The driver fills in a State, the kernel reads it as
// threadIdx and its like, and calls back where a thread has to wait for others. Included by device.h, hence without any
// header of the standard library.
#pragma once

struct GatunDim {
  unsigned x, y, z;
};

enum GatunExchange : unsigned {
  kGatunSyncWarp,
  kGatunShuffle,
  kGatunBallot,
  kGatunMatch,
};

struct GatunState {
  GatunDim thread, block, blockSize, gridSize;
  unsigned cursor;    // threads of this block that have been started
  unsigned threads;   // threads in the block
  unsigned backwards; // whether they start with the last
  unsigned flat;      // whether the block has one dimension only: then thread.y and .z stay 0
  unsigned blocked;   // threads that wait for others; while there are any, a thread that ends says so
  unsigned finished;  // threads that have returned
  unsigned exited[32];  // the same, one bit each, a word a warp
  // __syncthreads of a line of the source; answers how many predicates were true
  int (*barrier)(int predicate, int* arrived, const char* file, int line);
  unsigned long long (*exchange)(GatunExchange kind, unsigned mask, unsigned long long value, unsigned lane);
  void (*leave)(unsigned thread);
};

struct GatunKernel {
  const char* name;
  unsigned long long parameterBytes;
  unsigned maxThreads;
  void (*run)(const void* parameters);  // starts threads until the block has no more
};

struct GatunModule {
  unsigned long long build;  // of the emulator that compiled it
  GatunState* state;
  unsigned char* dynamicShared;
  unsigned long long dynamicSharedBytes;
  const GatunKernel* kernels;
  unsigned long long kernelCount;
};
