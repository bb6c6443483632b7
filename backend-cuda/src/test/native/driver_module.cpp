// Modules, functions and launches.
#include <dlfcn.h>
#include <link.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "context.h"
#include "image.h"

namespace gatun {

struct Function {
  Module* module;
  const GatunKernel* kernel;
  unsigned maxDynamicShared = kStaticShared;  // until the program asks for more
};

struct Module {
  Context* context;
  void* library;
  const GatunModule* table;
  std::vector<Range> shared;
  std::unordered_map<std::string, Function> functions;
};

namespace {

std::unordered_set<Module*>& modules() {
  static auto& known = *new std::unordered_set<Module*>();
  return known;
}

std::unordered_set<Function*>& functions() {
  static auto& known = *new std::unordered_set<Function*>();
  return known;
}

#if defined(__SANITIZE_ADDRESS__)
// AddressSanitizer reads the files of modules to name lines in what it reports, so they go when the program does.
struct Files {
  std::vector<std::string> paths;
  ~Files() {
    for (const std::string& path : paths) {
      unlink(path.c_str());
    }
  }
};
void discard(const std::string& path) {
  static Files files;
  files.paths.push_back(path);
}
#else
void discard(const std::string& path) { unlink(path.c_str()); }
#endif

// A file of its own for every load: a library loaded twice from one file would share its variables, two modules do not.
void* load(const std::string& object) {
  const char* folder = std::getenv("TMPDIR");
  std::string path = std::string(folder == nullptr ? "/tmp" : folder) + "/gatun-module-XXXXXX";
  int file = mkstemp(path.data());
  if (file < 0) {
    report("cannot write a module to %s", path.c_str());
    return nullptr;
  }
  bool written = write(file, object.data(), object.size()) == static_cast<ssize_t>(object.size());
  close(file);
  void* library = written ? dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL) : nullptr;
  if (library == nullptr) {
    report("a module cannot be loaded: %s", written ? dlerror() : "no room for it");
  }
  discard(path);
  return library;
}

CUresult loadModule(CUmodule* handle, const void* image) {
  Call call;
  if (CUresult status = call.status()) {
    return status;
  }
  if (image == nullptr) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  std::string object = objectOf(image);
  if (object.empty()) {
    return CUDA_ERROR_INVALID_IMAGE;
  }
  void* library = load(object);
  if (library == nullptr) {
    return CUDA_ERROR_INVALID_IMAGE;
  }
  const auto* table = static_cast<const GatunModule*>(dlsym(library, "gatun_module"));
  // One that another build of the emulator left in a program's cache is like one for another GPU.
  if (table == nullptr || table->build != std::strtoull(GATUN_BUILD, nullptr, 10)) {
    dlclose(library);
    return CUDA_ERROR_NO_BINARY_FOR_GPU;
  }
  auto* module = new Module{&call.context(), library, table, {}, {}};
  auto* map = static_cast<link_map*>(library);
  for (const Range& range : sharedVariables(object)) {
    module->shared.push_back({map->l_addr + range.offset, range.bytes});
  }
  for (unsigned long long i = 0; i < table->kernelCount; i++) {
    Function& function = module->functions[table->kernels[i].name];
    function.module = module;
    function.kernel = &table->kernels[i];
    functions().insert(&function);
  }
  modules().insert(module);
  *handle = module;
  return CUDA_SUCCESS;
}

bool fits(GatunDim grid, GatunDim block, const Function& function, unsigned dynamicShared) {
  const char* wrong = nullptr;
  if (grid.x == 0 || grid.y == 0 || grid.z == 0 || grid.x > 2147483647u || grid.y > 65535 || grid.z > 65535) {
    wrong = "its grid";
  } else if (block.x == 0 || block.y == 0 || block.z == 0 || block.x > 1024 || block.y > 1024 || block.z > 64 ||
             block.x * block.y * block.z > kMaxThreads) {
    wrong = "its block";
  } else if (dynamicShared > function.maxDynamicShared) {
    wrong = "its dynamic shared memory";
  } else {
    return true;
  }
  report("kernel %s: %s is more than a device takes: grid (%u, %u, %u), block (%u, %u, %u), %u bytes of shared memory",
         function.kernel->name, wrong, grid.x, grid.y, grid.z, block.x, block.y, block.z, dynamicShared);
  return false;
}

// A kernel's parameter holds nothing but words of eight bytes, so its pointers can be told by their values.
bool reachable(const Context& context, const Function& function, const void* parameters) {
  const auto* words = static_cast<const CUdeviceptr*>(parameters);
  const Memory& memory = Memory::instance();
  for (size_t i = 0; i < function.kernel->parameterBytes / 8; i++) {
    if (memory.owns(words[i])) {
      const Allocation* allocation = memory.find(words[i]);
      if (allocation != nullptr && allocation->device != kHost && allocation->device != context.device &&
          context.peers.count(allocation->device) == 0) {
        report("kernel %s on device %d: word %zu of its parameter points into memory of device %d, to which it has no"
               " access", function.kernel->name, context.device, i, allocation->device);
        return false;
      }
    }
  }
  return true;
}

}  // namespace
}  // namespace gatun

using namespace gatun;

GATUN_EXPORT CUresult cuModuleLoadData(CUmodule* module, const void* image) { return loadModule(module, image); }

GATUN_EXPORT CUresult cuModuleLoadDataEx(CUmodule* module, const void* image, unsigned, int*, void**) {
  return loadModule(module, image);
}

GATUN_EXPORT CUresult cuModuleUnload(CUmodule module) {
  Call call;
  if (modules().count(module) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  Queue::instance().drain(*module->context);
  modules().erase(module);
  for (auto& named : module->functions) {
    functions().erase(&named.second);
  }
  dlclose(module->library);
  delete module;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuModuleGetFunction(CUfunction* function, CUmodule module, const char* name) {
  Call call;
  if (modules().count(module) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  auto found = module->functions.find(name);
  if (found == module->functions.end()) {
    return CUDA_ERROR_NOT_FOUND;
  }
  *function = &found->second;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuModuleGetLoadingMode(int* mode) {
  *mode = 1;
  return CUDA_SUCCESS;
}

// CUfunction_attribute's numbers.
GATUN_EXPORT CUresult cuFuncGetAttribute(int* value, int number, CUfunction function) {
  Call call;
  if (functions().count(function) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  switch (number) {
    case 0: *value = static_cast<int>(function->kernel->maxThreads); break;  // MAX_THREADS_PER_BLOCK
    case 4: *value = 32; break;                                             // NUM_REGS
    case 5: case 6: *value = 90; break;                                     // PTX_VERSION, BINARY_VERSION
    case 8: *value = static_cast<int>(function->maxDynamicShared); break;   // MAX_DYNAMIC_SHARED_SIZE_BYTES
    default: *value = 0;
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuFuncSetAttribute(CUfunction function, int number, int value) {
  Call call;
  if (functions().count(function) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (number == 8) {
    if (value < 0 || static_cast<unsigned>(value) > kOptInShared) {
      return CUDA_ERROR_INVALID_VALUE;
    }
    function->maxDynamicShared = static_cast<unsigned>(value);
  }
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuFuncSetCacheConfig(CUfunction, int) { return CUDA_SUCCESS; }

GATUN_EXPORT CUresult cuFuncGetModule(CUmodule* module, CUfunction function) {
  Call call;
  if (functions().count(function) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  *module = function->module;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessor(int* blocks, CUfunction function, int threads,
                                                                  size_t dynamicShared) {
  Call call;
  if (functions().count(function) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (threads <= 0) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  int byThreads = 2048 / threads;
  int byShared = static_cast<int>(kOptInShared / (dynamicShared + 1024));
  int least = byThreads < byShared ? byThreads : byShared;
  *blocks = threads > static_cast<int>(kMaxThreads) ? 0 : least > 32 ? 32 : least;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuOccupancyMaxActiveBlocksPerMultiprocessorWithFlags(int* blocks, CUfunction function,
                                                                           int threads, size_t dynamicShared,
                                                                           unsigned) {
  return cuOccupancyMaxActiveBlocksPerMultiprocessor(blocks, function, threads, dynamicShared);
}

GATUN_EXPORT CUresult cuOccupancyMaxPotentialBlockSize(int* grid, int* block, CUfunction function, void*, size_t,
                                                       int limit) {
  Call call;
  if (functions().count(function) == 0) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  *block = static_cast<int>(function->kernel->maxThreads);
  if (limit > 0 && limit < *block) {
    *block = limit;
  }
  *grid = 8;
  return CUDA_SUCCESS;
}

GATUN_EXPORT CUresult cuLaunchKernel(CUfunction function, unsigned gridX, unsigned gridY, unsigned gridZ,
                                     unsigned blockX, unsigned blockY, unsigned blockZ, unsigned dynamicShared,
                                     CUstream handle, void** parameters, void** extra) {
  StreamCall call(handle);
  if (CUresult status = call.queueStatus()) {
    return status;
  }
  Stream* stream = &call.stream();
  if (functions().count(function) == 0 || function->module->context != stream->context) {
    return CUDA_ERROR_INVALID_HANDLE;
  }
  if (parameters == nullptr || extra != nullptr || parameters[0] == nullptr) {
    report("kernel %s: its parameter must come by kernelParams", function->kernel->name);
    return CUDA_ERROR_INVALID_VALUE;
  }
  GatunDim grid{gridX, gridY, gridZ};
  GatunDim block{blockX, blockY, blockZ};
  if (!fits(grid, block, *function, dynamicShared)) {
    return CUDA_ERROR_INVALID_VALUE;
  }
  if (blockX * blockY * blockZ > function->kernel->maxThreads) {
    report("kernel %s: %u threads a block, with __launch_bounds__ of %u", function->kernel->name,
           blockX * blockY * blockZ, function->kernel->maxThreads);
    return CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES;
  }
  if (!reachable(*stream->context, *function, parameters[0])) {
    return CUDA_ERROR_ILLEGAL_ADDRESS;
  }
  const Module& module = *function->module;
  Op* op = Queue::instance().newOp(OpKind::Launch);
  op->launch = {module.table, function->kernel, grid, block, dynamicShared, module.shared.data(), module.shared.size()};
  const auto* bytes = static_cast<const unsigned char*>(parameters[0]);
  op->data.assign(bytes, bytes + function->kernel->parameterBytes);
  return Queue::instance().enqueue(*stream, op);
}

// ---- for the fake cuBLAS: work of its own in a stream, and checks of the memory it is given

// Refuses a stream that is none; otherwise `task` is called with a copy of `data` when its turn comes.
GATUN_EXPORT CUresult gatun_emulator_enqueue(CUstream handle, CUresult (*task)(const void*), const void* data,
                                             size_t bytes) {
  StreamCall call(handle);
  if (CUresult status = call.queueStatus()) {
    return status;
  }
  Stream* stream = &call.stream();
  Op* op = Queue::instance().newOp(OpKind::Task);
  op->task = task;
  const auto* from = static_cast<const unsigned char*>(data);
  op->data.assign(from, from + bytes);
  return Queue::instance().enqueue(*stream, op);
}

// Only from within a task, which runs under the emulator's lock.
GATUN_EXPORT int gatun_emulator_in_bounds(CUdeviceptr address, size_t bytes, const char* what) {
  return Memory::instance().inBounds(address, bytes, what);
}
