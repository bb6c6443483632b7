package io.gatun.backend.cuda;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** A machine that a test makes up: Linux on x86_64 with nothing installed, unless said otherwise. */
final class FakeMachine {
    private final Map<String, String> properties =
            new HashMap<>(Map.of("os.name", "Linux", "os.arch", "amd64", "user.home", "/nowhere/home"));
    private final Map<String, String> variables = new HashMap<>();
    private final Set<String> loadable = new HashSet<>();
    private final Path root;

    FakeMachine(Path root) {
        this.root = root;
    }

    FakeMachine property(String name, Object value) {
        properties.put(name, value.toString());
        return this;
    }

    FakeMachine variable(String name, Object value) {
        variables.put(name, value.toString());
        return this;
    }

    /** The loader finds a library of this name. */
    FakeMachine loads(String name) {
        loadable.add(name);
        return this;
    }

    Machine machine() {
        return new Machine(properties::get, variables::get, root, loadable::contains);
    }
}
