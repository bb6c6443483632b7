package io.gatun.nn;

import io.gatun.tensor.RemovableHandle;
import java.util.ArrayList;
import java.util.List;

/** Hooks of one kind in the order of registration. The list is replaced and not changed, so a call in progress sees one. */
final class HookList<H> {
    private volatile List<Entry> entries = List.of();

    /** Equal to itself alone: a hook may be registered twice and removed once. */
    private final class Entry implements RemovableHandle {
        private final H hook;

        Entry(H hook) {
            this.hook = hook;
        }

        @Override
        public void remove() {
            replace(this, false);
        }
    }

    RemovableHandle add(H hook) {
        Entry entry = new Entry(hook);
        replace(entry, true);
        return entry;
    }

    private synchronized void replace(Entry entry, boolean added) {
        List<Entry> changed = new ArrayList<>(entries);
        if (added) {
            changed.add(entry);
        } else {
            changed.remove(entry);
        }
        entries = List.copyOf(changed);
    }

    boolean isEmpty() {
        return entries.isEmpty();
    }

    List<H> hooks() {
        return entries.stream().map(entry -> entry.hook).toList();
    }
}
