// NVRTC by g++: the same CUDA C source becomes a shared object for this machine. Results are kept in the folder that
// GATUN_EMULATOR_CACHE names, or else beside this library, by a hash of everything that went into them.
#include <fcntl.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

#include "export.h"
#include "image.h"
#include "kernel_source.h"
#include "own_file.h"

extern char** environ;

namespace fs = std::filesystem;

namespace {

enum nvrtcResult : int {
  NVRTC_SUCCESS = 0,
  NVRTC_ERROR_OUT_OF_MEMORY = 1,
  NVRTC_ERROR_INVALID_INPUT = 3,
  NVRTC_ERROR_INVALID_PROGRAM = 4,
  NVRTC_ERROR_INVALID_OPTION = 5,
  NVRTC_ERROR_COMPILATION = 6,
  NVRTC_ERROR_INTERNAL_ERROR = 11,
};

struct Program {
  std::string source;
  std::string name;
  std::map<std::string, std::string> headers;  // by the name they are included by
  std::string log;
  std::string object;
  std::string ptx;
  bool realArchitecture = false;  // sm_90 gives a CUBIN, compute_90 PTX only
};

std::string contents(const fs::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::ostringstream out;
  out << in.rdbuf();
  return out.str();
}

void write(const fs::path& path, const std::string& text) {
  fs::create_directories(path.parent_path());
  std::ofstream(path, std::ios::binary) << text;
}

// FNV-1a.
struct Hash {
  uint64_t value = 0xCBF29CE484222325u;
  void add(const std::string& text) {
    for (char c : text + '\0') {
      value = (value ^ static_cast<unsigned char>(c)) * 0x100000001B3u;
    }
  }
};

// device.h lies beside this library.
fs::path home() { return fs::absolute(gatun::ownFile()).parent_path(); }

// A folder that goes when this does.
class Scratch {
 public:
  Scratch() {
    const char* folder = std::getenv("TMPDIR");
    std::string pattern = std::string(folder == nullptr ? "/tmp" : folder) + "/gatun-nvrtc-XXXXXX";
    path = mkdtemp(pattern.data()) == nullptr ? "" : pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    fs::remove_all(path, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  fs::path path;
};

// Ours, but for LD_PRELOAD: a library that watches this program has no business in the compiler.
std::vector<char*> childEnvironment() {
  std::vector<char*> variables;
  for (char** variable = environ; *variable != nullptr; variable++) {
    if (std::strncmp(*variable, "LD_PRELOAD=", 11) != 0) {
      variables.push_back(*variable);
    }
  }
  variables.push_back(nullptr);
  return variables;
}

// Runs a command with its two outputs in a file, and answers whether it ended well.
bool execute(const std::vector<std::string>& command, const fs::path& output) {
  std::vector<char*> arguments;
  for (const std::string& argument : command) {
    arguments.push_back(const_cast<char*>(argument.c_str()));
  }
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, 1, output.c_str(), O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, 1, 2);
  pid_t child = 0;
  int failed = posix_spawnp(&child, arguments[0], &actions, nullptr, arguments.data(), childEnvironment().data());
  posix_spawn_file_actions_destroy(&actions);
  int status = -1;
  if (failed == 0) {
    while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
    }
  }
  return failed == 0 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

std::string replaceAll(std::string text, const std::string& what, const std::string& with) {
  for (size_t at = text.find(what); at != std::string::npos; at = text.find(what, at + with.size())) {
    text.replace(at, what.size(), with);
  }
  return text;
}

struct Options {
  std::string defines;  // as lines of the source
  bool fuse = true;  // NVRTC's default
  bool real = false;
  std::string wrong;
};

// They come after device.h, whose own names a macro T would spoil: hence no options of g++.
std::string defineLine(const std::string& definition) {
  size_t equals = definition.find('=');
  return "#define " + definition.substr(0, equals) + " " +
         (equals == std::string::npos ? "1" : definition.substr(equals + 1)) + "\n";
}

Options parse(int count, const char* const* texts) {
  Options options;
  for (int i = 0; i < count; i++) {
    std::string text = texts[i];
    auto begins = [&](const char* prefix) { return text.rfind(prefix, 0) == 0; };
    std::string value = text.find('=') == std::string::npos ? "" : text.substr(text.find('=') + 1);
    if (text == "-D" || text == "-I" || text == "-arch" || text == "-std") {
      std::string next = i + 1 < count ? texts[++i] : "";
      if (text == "-D") {
        options.defines += defineLine(next);
      } else if (text == "-arch") {
        options.real = next.rfind("sm_", 0) == 0;
      }
    } else if (begins("-D")) {
      options.defines += defineLine(text.substr(2));
    } else if (begins("--define-macro=")) {
      options.defines += defineLine(value);
    } else if (begins("--gpu-architecture=") || begins("-arch=")) {
      options.real = value.rfind("sm_", 0) == 0;
    } else if (begins("--fmad=") || begins("-fmad=")) {
      options.fuse = value != "false";
    } else if (text.empty() || text[0] != '-') {
      options.wrong = text;
    }
  }
  return options;
}

const char* compiler() {
  const char* named = std::getenv("GATUN_EMULATOR_CXX");
  return named == nullptr ? "g++" : named;
}

std::vector<std::string> codeOptions(const Options& options) {
  // Integers wrap and types are punned, as NVRTC has it although C++ does not. Misaligned accesses trap, as on a device.
  std::vector<std::string> flags = {"-std=c++17", "-O1", "-fPIC", "-shared", "-w", "-g1", "-fvisibility=hidden",
                                    "-fno-gnu-unique", "-fno-exceptions", "-fno-rtti", "-fno-math-errno",
                                    "-fno-trapping-math", "-fwrapv", "-fno-strict-aliasing",
                                    "-fsanitize=alignment", "-fsanitize-undefined-trap-on-error"};
  flags.push_back(options.fuse ? "-ffp-contract=fast" : "-ffp-contract=off");
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) {
    flags.push_back("-march=x86-64-v3");
  }
#endif
#if defined(__SANITIZE_ADDRESS__)
  flags.push_back("-fsanitize=address");
#endif
  return flags;
}

bool compile(Program& program, const Options& options) {
  fs::path device = home() / "device.h";
  std::vector<std::string> code = codeOptions(options);
  Hash hash;
  hash.add(GATUN_BUILD);
  hash.add(compiler());
  hash.add(program.name);
  hash.add(program.source);
  for (const auto& header : program.headers) {
    hash.add(header.first);
    hash.add(header.second);
  }
  for (const std::string& flag : code) {
    hash.add(flag);
  }
  hash.add(options.defines);
  char key[17];
  std::snprintf(key, sizeof key, "%016llx", static_cast<unsigned long long>(hash.value));
  const char* cache = std::getenv("GATUN_EMULATOR_CACHE");
  fs::path folder = cache == nullptr || *cache == '\0' ? home() / "kernels" : fs::path(cache);
  fs::path kept = folder / (std::string(key) + ".so");
  if (fs::exists(kept)) {
    program.object = contents(kept);
    return true;
  }

  Scratch scratch;
  fs::path headers = scratch.path / "include";
  fs::create_directories(headers);
  for (const auto& header : program.headers) {
    write(headers / header.first, header.second);
  }
  fs::path source = scratch.path / "kernel.cu";
  fs::path expanded = scratch.path / "expanded.ii";
  fs::path plain = scratch.path / "plain.ii";
  fs::path object = scratch.path / "kernel.so";
  fs::path log = scratch.path / "log";
  write(source, options.defines + "# 1 \"" + program.name + "\"\n" + program.source);

  std::vector<std::string> preprocess = {compiler(), "-E", "-x", "c++", "-std=c++17", "-nostdinc",
                                         "-DGATUN_BUILD=" GATUN_BUILD "ull", "-include",
                                         device.string(), "-I", headers.string(), "-o", expanded.string()};
  preprocess.push_back(source.string());
  bool done = execute(preprocess, log);
  if (done) {
    write(plain, gatun::toPlainCpp(contents(expanded)));
    std::vector<std::string> command = {compiler()};
    command.insert(command.end(), code.begin(), code.end());
    command.insert(command.end(), {"-x", "c++-cpp-output", plain.string(), "-o", object.string(), "-lm"});
    done = execute(command, log);
  }
  program.log = replaceAll(contents(log), headers.string() + "/", "");
  if (program.log.empty() && !done) {
    program.log = std::string(compiler()) + " cannot be run";
  } else if (program.log.find("__global__") != std::string::npos) {
    program.log += "the emulator takes kernels of the form extern \"C\" __global__ void name(Type parameter) only\n";
  }
  if (!done) {
    return false;
  }
  program.object = contents(object);
  // Renamed into place: nobody else ever sees half a file.
  fs::path partial = kept;
  partial += "." + scratch.path.filename().string();
  write(partial, program.object);
  fs::rename(partial, kept);
  return true;
}

nvrtcResult hand(const std::string& bytes, size_t extra, char* to) {
  if (bytes.empty()) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  std::memcpy(to, bytes.c_str(), bytes.size() + extra);
  return NVRTC_SUCCESS;
}

}  // namespace

GATUN_EXPORT const char* nvrtcGetErrorString(int result) {
  switch (result) {
    case NVRTC_SUCCESS: return "NVRTC_SUCCESS";
    case NVRTC_ERROR_OUT_OF_MEMORY: return "NVRTC_ERROR_OUT_OF_MEMORY";
    case NVRTC_ERROR_INVALID_INPUT: return "NVRTC_ERROR_INVALID_INPUT";
    case NVRTC_ERROR_INVALID_PROGRAM: return "NVRTC_ERROR_INVALID_PROGRAM";
    case NVRTC_ERROR_INVALID_OPTION: return "NVRTC_ERROR_INVALID_OPTION";
    case NVRTC_ERROR_COMPILATION: return "NVRTC_ERROR_COMPILATION";
    case NVRTC_ERROR_INTERNAL_ERROR: return "NVRTC_ERROR_INTERNAL_ERROR";
    default: return "NVRTC_ERROR unknown";
  }
}

GATUN_EXPORT nvrtcResult nvrtcVersion(int* major, int* minor) {
  *major = gatun::ownMajor();
  *minor = *major == 12 ? 6 : 0;
  return NVRTC_SUCCESS;
}

static const int kArchitectures[] = {75, 80, 86, 89, 90};

GATUN_EXPORT nvrtcResult nvrtcGetNumSupportedArchs(int* count) {
  *count = sizeof kArchitectures / sizeof *kArchitectures;
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetSupportedArchs(int* architectures) {
  std::memcpy(architectures, kArchitectures, sizeof kArchitectures);
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcCreateProgram(Program** program, const char* source, const char* name, int headerCount,
                                            const char* const* headers, const char* const* includeNames) {
  if (source == nullptr || (headerCount > 0 && (headers == nullptr || includeNames == nullptr))) {
    return NVRTC_ERROR_INVALID_INPUT;
  }
  auto* made = new Program();
  made->source = source;
  made->name = name == nullptr || *name == '\0' ? "default_program" : name;
  for (int i = 0; i < headerCount; i++) {
    made->headers[includeNames[i]] = headers[i];
  }
  *program = made;
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcDestroyProgram(Program** program) {
  if (program == nullptr || *program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  delete *program;
  *program = nullptr;
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcCompileProgram(Program* program, int count, const char* const* texts) {
  if (program == nullptr) {
    return NVRTC_ERROR_INVALID_PROGRAM;
  }
  Options options = parse(count, texts);
  if (!options.wrong.empty()) {
    program->log = "unrecognized option " + options.wrong;
    return NVRTC_ERROR_INVALID_OPTION;
  }
  try {
    if (!compile(*program, options)) {
      return NVRTC_ERROR_COMPILATION;
    }
  } catch (const std::exception& failure) {
    program->log = failure.what();
    return NVRTC_ERROR_INTERNAL_ERROR;
  }
  program->realArchitecture = options.real;
  program->ptx = gatun::toPtx(program->object);
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetProgramLogSize(Program* program, size_t* bytes) {
  *bytes = program->log.size() + 1;
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetProgramLog(Program* program, char* log) {
  std::memcpy(log, program->log.c_str(), program->log.size() + 1);
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetPTXSize(Program* program, size_t* bytes) {
  *bytes = program->ptx.size() + 1;
  return program->ptx.empty() ? NVRTC_ERROR_INVALID_PROGRAM : NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetPTX(Program* program, char* ptx) { return hand(program->ptx, 1, ptx); }

GATUN_EXPORT nvrtcResult nvrtcGetCUBINSize(Program* program, size_t* bytes) {
  *bytes = program->realArchitecture ? program->object.size() : 0;
  return NVRTC_SUCCESS;
}

GATUN_EXPORT nvrtcResult nvrtcGetCUBIN(Program* program, char* cubin) {
  return program->realArchitecture ? hand(program->object, 0, cubin) : NVRTC_ERROR_INVALID_PROGRAM;
}
