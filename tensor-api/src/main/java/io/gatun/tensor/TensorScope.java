package io.gatun.tensor;

import io.gatun.tensor.spi.Storage;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Gives the memory of everything made inside it back at once, while it is still in cache:
 *
 * <pre>{@code
 * try (var scope = TensorScope.open()) {
 *     Tensor loss = lossFunction.apply(model.forward(x), y);
 *     loss.backward();
 *     optimizer.step();
 *     best = scope.keep(loss.detach());
 * }
 * }</pre>
 *
 * <p>A scope belongs to the thread that opened it, and scopes nest. It closes the storages that were allocated on its
 * thread while it was the innermost and that nobody kept; their tensors, and views of them, are refused afterwards with
 * a message that names {@link #keep}. What the library itself stores in something longer-lived (a parameter's gradient,
 * an optimiser's state) is kept without a word. Memory that was not allocated by a backend, such as a mapped file, is
 * not a scope's.
 *
 * <p>Scopes are never needed for correctness: without one, memory comes back when tensors are unreachable. While a scope
 * is open, though, it holds what was made in it.
 */
public final class TensorScope implements AutoCloseable {
    private static final ThreadLocal<Current> CURRENT = ThreadLocal.withInitial(Current::new);

    private static final class Current {
        @Nullable TensorScope scope;
    }

    private final Current current;
    private final @Nullable TensorScope parent;
    private final List<Storage> storages = new ArrayList<>();
    private boolean closed;

    private TensorScope(Current current) {
        this.current = current;
        this.parent = current.scope;
    }

    /** Opens a scope on this thread, inside the one that is open, if any. */
    public static TensorScope open() {
        Current current = CURRENT.get();
        TensorScope scope = new TensorScope(current);
        current.scope = scope;
        return scope;
    }

    /** Puts a fresh storage into the innermost scope of this thread, if one is open. */
    static void adopt(Storage storage) {
        TensorScope scope = CURRENT.get().scope;
        if (scope != null) {
            storage.owner(scope);
            scope.storages.add(storage);
        }
    }

    /**
     * Lets {@code tensor} outlive this scope: it moves to the enclosing scope, or to collection if there is none. It may
     * have been made in this scope or in one that was opened inside. One that outlives this scope anyway, such as one
     * kept before, is left alone.
     *
     * @return the tensor
     */
    public Tensor keep(Tensor tensor) {
        Storage storage = tensor.storage();
        if (encloses(storage.owner())) {
            hand(storage, parent);
        }
        return tensor;
    }

    private boolean encloses(@Nullable Object owner) {
        Object scope = owner;
        while (scope instanceof TensorScope inner && scope != this) {
            scope = inner.parent;
        }
        return scope == this;
    }

    /** Lets {@code data} live as long as {@code holder}, the memory whose place it takes, if that is longer. */
    static void follow(Storage holder, Storage data) {
        Object owner = holder.owner();
        if (owner == null) {
            data.owner(null);
        } else if (owner instanceof TensorScope scope && !owner.equals(data.owner()) && scope.encloses(data.owner())) {
            hand(data, scope);
        }
    }

    private static void hand(Storage storage, @Nullable TensorScope scope) {
        storage.owner(scope);
        if (scope != null) {
            scope.storages.add(storage);
        }
    }

    /** Closes this scope, and first any inner one that was left open. Closing twice does nothing. */
    @Override
    public void close() {
        if (closed) {
            return;
        }
        if (CURRENT.get() != current) {
            throw new TensorStateException("a TensorScope must be closed by the thread that opened it");
        }
        while (current.scope != this && current.scope != null) {
            current.scope.close();
        }
        closed = true;
        current.scope = parent;
        for (int i = storages.size() - 1; i >= 0; i--) { // last in, first out: the hottest memory is reused first
            Storage storage = storages.get(i);
            if (storage.owner() == this) {
                storage.close("the TensorScope it was made in");
            }
        }
        storages.clear();
    }
}
