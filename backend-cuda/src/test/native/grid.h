// Runs one launch: its blocks one after another, a block's threads in turns.
#pragma once

#include "cuda_api.h"
#include "image.h"
#include "kernel_abi.h"
#include "settings.h"

namespace gatun {

struct Launch {
  const GatunModule* module;
  const GatunKernel* kernel;
  GatunDim grid;
  GatunDim block;
  unsigned dynamicShared;
  const Range* shared;  // the module's other __shared__ variables, at their addresses
  size_t sharedCount;
};

// Answers what went wrong, after having reported it. The order of blocks, and of threads, is a random one of a few: a
// kernel must not depend on either.
CUresult runGrid(const Launch& launch, const void* parameters, Random& random);

}  // namespace gatun
