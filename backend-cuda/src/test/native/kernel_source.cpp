#include "kernel_source.h"

#include <algorithm>
#include <regex>
#include <sstream>
#include <vector>

namespace gatun {
namespace {

struct Kernel {
  std::string name;
  std::string type;
  std::string bounds;  // the first argument of __launch_bounds__, or the device's limit
};

// extern __shared__ float tile[];  becomes a pointer to the one array that all such declarations name.
std::string replaceDynamicShared(const std::string& text) {
  static const std::regex declaration(
      R"(extern\s+__shared__\s+((?:__attribute__\s*\(\([^;]*?\)\)\s*|alignas\s*\([^)]*\)\s*)*)([\w:<>\s]+?)\s*(\w+)\s*\[\s*\]\s*;)");
  return std::regex_replace(text, declaration, "static $2* const $3 = reinterpret_cast<$2*>(gatunDynamicShared);");
}

// extern "C" __global__ void name(Type p)  becomes a function of the library's own, whose one caller is its table's
// entry: inlined there, and given the parameter by reference, since a copy a thread would cost more than the thread.
std::string replaceKernels(const std::string& text, std::vector<Kernel>& kernels) {
  static const std::regex bounds(R"(__launch_bounds__\s*\(\s*([^,()]*(?:\([^()]*\)[^,()]*)*)(?:,[^()]*)*\))");
  static const std::regex declaration(
      R"rx(extern\s+"C"\s+((?:(?!\bvoid\b)[^;{}])*?__global__(?:(?!\bvoid\b)[^;{}])*?)void\s+((?:__launch_bounds__\s*\((?:[^()]|\([^()]*\))*\)\s*)?)(\w+)\s*\(\s*((?:(?:const|__grid_constant__)\s+)*)([\w:]+(?:\s*<[^(){};]*>)?)\s+((?:__grid_constant__\s+)?)(\w+)\s*\)(\s*[;{]))rx");
  std::string result;
  auto at = text.cbegin();
  std::smatch found;
  while (std::regex_search(at, text.cend(), found, declaration)) {
    result.append(at, found[0].first);
    Kernel kernel{found[3], found[5], "1024"};
    std::string qualifiers = found[1].str() + found[2].str();
    std::smatch limit;
    if (std::regex_search(qualifiers, limit, bounds)) {
      kernel.bounds = limit[1];
    }
    std::string head = found[0];
    result += "static void " + kernel.name + "(const " + kernel.type + "& " + found[7].str() + ")" + found[8].str();
    // What had line breaks in it keeps as many.
    auto breaks = [](const std::string& s) { return std::count(s.begin(), s.end(), '\n'); };
    auto lost = breaks(head) - breaks(found[8]) - breaks(kernel.type);
    std::string padding(static_cast<size_t>(std::max<long>(lost, 0)), '\n');
    result += padding;
    bool known = std::any_of(kernels.begin(), kernels.end(), [&](const Kernel& k) { return k.name == kernel.name; });
    if (!known) {
      kernels.push_back(kernel);
    }
    at = found[0].second;
  }
  result.append(at, text.cend());
  return result;
}

std::string table(const std::vector<Kernel>& kernels) {
  std::ostringstream out;
  out << "\n# 1 \"gatun_table\"\n";
  for (const Kernel& kernel : kernels) {
    out << "static void gatunRun_" << kernel.name << "(const void* raw) {\n"
        << "  const " << kernel.type << " parameter = *static_cast<const " << kernel.type << "*>(raw);\n"
        << "  while (gatunState.cursor < gatunState.threads) {\n"
        << "    const unsigned index = gatunStart();\n"
        << "    " << kernel.name << "(parameter);\n"
        << "    gatunFinish(index);\n"
        << "  }\n}\n"
        << "static_assert(sizeof(" << kernel.type << ") % 8 == 0, \"the parameter of " << kernel.name
        << " must consist of fields of 8 bytes\");\n";
  }
  out << "static const GatunKernel gatunKernels[] = {\n";
  for (const Kernel& kernel : kernels) {
    out << "  {\"" << kernel.name << "\", sizeof(" << kernel.type << "), (" << kernel.bounds << "), gatunRun_"
        << kernel.name << "},\n";
  }
  out << "  {nullptr, 0, 0, nullptr}};\n"
      << "extern \"C\" __attribute__((visibility(\"default\"), used)) const GatunModule gatun_module = {gatunBuild, "
      << "&gatunState, gatunDynamicShared, sizeof gatunDynamicShared, gatunKernels, " << kernels.size() << "};\n";
  return out.str();
}

}  // namespace

std::string toPlainCpp(const std::string& preprocessed) {
  static const std::regex shared(R"(\b__shared__\b)");
  std::vector<Kernel> kernels;
  std::string text = replaceKernels(replaceDynamicShared(preprocessed), kernels);
  text = std::regex_replace(text, shared, "static");
  return text + table(kernels);
}

}  // namespace gatun
