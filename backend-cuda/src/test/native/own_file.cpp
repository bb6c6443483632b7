#include "own_file.h"

#include <dlfcn.h>

#include <cstdlib>

namespace gatun {

std::string ownFile() {
  Dl_info info;
  dladdr(reinterpret_cast<void*>(&ownFile), &info);
  return info.dli_fname;
}

int ownMajor() {
  std::string file = ownFile();
  return std::atoi(file.c_str() + file.rfind('.') + 1);
}

}  // namespace gatun
