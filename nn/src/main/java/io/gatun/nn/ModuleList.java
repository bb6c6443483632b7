package io.gatun.nn;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;

/**
 * A list of modules that is itself a module, so that their parameters are found; named {@code 0}, {@code 1}, ... It
 * computes nothing: loop over it.
 */
public final class ModuleList extends Module implements Iterable<Module> {
    private final List<Module> modules = new ArrayList<>();

    /** These modules. */
    public ModuleList(Module... modules) {
        this(List.of(modules));
    }

    /** These modules. */
    public ModuleList(List<? extends Module> modules) {
        modules.forEach(this::append);
    }

    /** Adds a module at the end. */
    public ModuleList append(Module module) {
        registerModule(Integer.toString(modules.size()), module);
        modules.add(module);
        return this;
    }

    /**
     * The module at {@code index}; negative numbers count from the end.
     *
     * @throws IndexOutOfBoundsException if there is none
     */
    public Module get(int index) {
        return at(modules, index, name());
    }

    /** The number of modules. */
    public int size() {
        return modules.size();
    }

    @Override
    public Iterator<Module> iterator() {
        return Collections.unmodifiableList(modules).iterator();
    }

    static Module at(List<Module> modules, int index, String where) {
        int size = modules.size();
        if (index < -size || index >= size) {
            throw new IndexOutOfBoundsException(
                    where + ": index " + index + " is out of range for " + size + " modules");
        }
        return modules.get(index < 0 ? index + size : index);
    }
}
