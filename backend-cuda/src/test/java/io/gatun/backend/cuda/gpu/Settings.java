package io.gatun.backend.cuda.gpu;

import java.util.List;

/**
 * How much is run: system properties, since each part is a process of its own.
 *
 * @param tiny sizes that an emulator can do
 * @param python the interpreter whose PyTorch is measured beside ours, and what it runs; empty for none
 */
record Settings(boolean tiny, List<String> python) {
    static final String TINY = "gatun.check.tiny";
    static final String PYTHON = "gatun.check.python";

    static Settings here() {
        String python = System.getProperty(PYTHON, "");
        return new Settings(Boolean.getBoolean(TINY), python.isEmpty() ? List.of() : List.of(python.split("\n")));
    }

    /** One of two sizes. */
    int size(int full, int small) {
        return tiny ? small : full;
    }
}
